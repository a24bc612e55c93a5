//! Who is signed in, and tickets for them.

use history::protocol::Name;

use super::Keeper;
use crate::api::{ErrorCode, Me, Problem, TicketIssued};
use crate::callers::Listening;
use crate::error::Denied;
use crate::store::sessions::{self as table, Session, SessionId};
use crate::token::{SessionToken, Ticket};

/// Somebody whose session has not ended, as of now. It is not kept for later.
#[derive(Debug)]
pub struct SignedIn {
    pub(super) session: Session,
}

impl SignedIn {
    /// Who.
    pub fn name(&self) -> &Name {
        &self.session.name
    }

    /// As it is answered.
    pub fn me(&self) -> Me {
        Me {
            name: self.session.name.clone(),
            expires: u64::try_from(self.session.expires).unwrap_or(0),
        }
    }
}

impl Keeper {
    /// Who has this token of a session. It is a use of the session.
    ///
    /// # Errors
    ///
    /// When there is no such session, or not any more.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, the session may have been used.
    pub async fn signed_in(&self, token: &str) -> Result<SignedIn, Denied> {
        let token = SessionToken::parse(token).ok_or_else(not_signed_in)?.hash();
        let (now, lasts) = (self.now(), self.inner.lasts);
        let found = self
            .inner
            .store
            .read(move |database| Ok(table::by_token(database, &token, lasts, now)?));
        let session = found.await?.ok_or_else(not_signed_in)?;
        if now - session.used < lasts.grain() {
            return Ok(SignedIn { session });
        }
        let touched = self.inner.store.write(
            move |database| {
                table::touch(database, session.id, now)?;
                // It may have ended meanwhile.
                let session = table::by_id(database, session.id, lasts, now)?;
                Ok(session.ok_or_else(not_signed_in)?)
            },
            |_: &Session| {},
        );
        let session = touched.await?;
        Ok(SignedIn { session })
    }

    /// Counts a request that changes something.
    ///
    /// # Errors
    ///
    /// When there were too many.
    pub fn count(&self, who: &SignedIn) -> Result<(), Denied> {
        let counted = self.inner.posts.take(who.session.account);
        counted.map_err(Denied::Later)
    }

    /// A ticket for one connection.
    ///
    /// # Errors
    ///
    /// When there are as many tickets as there may be.
    pub fn ticket(&self, who: &SignedIn) -> Result<TicketIssued, Denied> {
        let ticket = self.inner.tickets.issue(who.session.id);
        let text =
            "there are too many tickets at this moment; try again in some seconds";
        let busy = || Problem::new(ErrorCode::Unavailable, text);
        Ok(TicketIssued {
            ticket: ticket.ok_or_else(busy)?.secret(),
            seconds: self.inner.settings.session.ticket.as_secs(),
        })
    }

    /// The session that this ticket is for, which has not ended.
    pub(crate) async fn take_ticket(
        &self,
        ticket: &str,
    ) -> Result<Option<Session>, Denied> {
        let ticket = Ticket::parse(ticket);
        match ticket.and_then(|ticket| self.inner.tickets.take(&ticket)) {
            Some(session) => self.session(session).await,
            None => Ok(None),
        }
    }

    /// The session with this number, if it has not ended.
    pub(crate) async fn session(
        &self,
        session: SessionId,
    ) -> Result<Option<Session>, Denied> {
        let (now, lasts) = (self.now(), self.inner.lasts);
        let found = self
            .inner
            .store
            .read(move |database| Ok(table::by_id(database, session, lasts, now)?));
        found.await
    }

    /// Hears of what changes for a session, if its account has a connection left.
    pub(crate) fn listen(&self, session: &Session) -> Option<Listening> {
        self.inner.callers.add(session.account, session.id)
    }

    /// In how many seconds a session ends if nobody uses it.
    pub(crate) fn rest(&self, session: &Session) -> u64 {
        u64::try_from(session.expires - self.now()).unwrap_or(0)
    }
}

pub(crate) fn not_signed_in() -> Problem {
    let text = "nobody is signed in here, or not any more";
    Problem::new(ErrorCode::NotSignedIn, text)
}
