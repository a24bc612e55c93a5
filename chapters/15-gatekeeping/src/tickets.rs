//! Tickets: who shows one has asked for it with a session, a moment ago.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::store::sessions::SessionId;
use crate::token::{Ticket, TokenHash};

/// The most tickets that are good at a time.
const MOST: usize = 64 << 10;

/// The tickets that nobody has used yet. They are in memory: with the server, its tickets
/// are gone, and so are the connections for which they were.
#[derive(Debug)]
pub(crate) struct Tickets {
    lifetime: Duration,
    per_session: usize,
    most: usize,
    good: Mutex<Good>,
}

#[derive(Debug, Default)]
struct Good {
    sessions: HashMap<TokenHash, SessionId>,
    /// When each of them is no good any more, the earliest first. Some have been used since.
    ends: VecDeque<(Instant, TokenHash)>,
    of: HashMap<SessionId, VecDeque<TokenHash>>,
}

impl Tickets {
    pub(crate) fn new(lifetime: Duration, per_session: usize) -> Self {
        Self {
            lifetime,
            per_session,
            most: MOST,
            good: Mutex::default(),
        }
    }

    /// A ticket for this session; `None` when there are as many as there may be. Of this
    /// session's tickets it may make the oldest no good.
    pub(crate) fn issue(&self, session: SessionId) -> Option<Ticket> {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        good.forget(now);
        if good.ends.len() >= self.most {
            return None;
        }
        let own = good.of.entry(session).or_default();
        let oldest = (own.len() >= self.per_session).then(|| own.pop_front());
        if let Some(oldest) = oldest.flatten() {
            good.sessions.remove(&oldest);
        }
        let ticket = Ticket::random();
        let hash = ticket.hash();
        good.sessions.insert(hash, session);
        good.of.entry(session).or_default().push_back(hash);
        good.ends.push_back((now + self.lifetime, hash));
        Some(ticket)
    }

    /// Takes a ticket, which is no good from now on, and gives the session that it is for.
    pub(crate) fn take(&self, ticket: &Ticket) -> Option<SessionId> {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.forget(Instant::now());
        good.remove(&ticket.hash())
    }
}

impl Good {
    fn forget(&mut self, now: Instant) {
        while let Some((end, hash)) = self.ends.front().copied()
            && end <= now
        {
            self.ends.pop_front();
            self.remove(&hash);
        }
    }

    fn remove(&mut self, hash: &TokenHash) -> Option<SessionId> {
        let session = self.sessions.remove(hash)?;
        if let Some(own) = self.of.get_mut(&session) {
            own.retain(|other| other != hash);
            if own.is_empty() {
                self.of.remove(&session);
            }
        }
        Some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::time::advance;

    const LIFETIME: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_ticket_is_good_once() {
        let tickets = Tickets::new(LIFETIME, 2);
        let ticket = tickets.issue(7).expect("there is room");
        assert_eq!(tickets.take(&Ticket::random()), None);
        assert_eq!(tickets.take(&ticket), Some(7));
        assert_eq!(tickets.take(&ticket), None, "a second time");
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticket_is_good_for_a_while() {
        let tickets = Tickets::new(LIFETIME, 2);
        let [one, other] = [7, 8].map(|session| tickets.issue(session).expect("room"));
        advance(LIFETIME - Duration::from_millis(1)).await;
        assert_eq!(tickets.take(&one), Some(7));
        advance(Duration::from_millis(1)).await;
        assert_eq!(tickets.take(&other), None);
        let good = tickets.good.lock().expect("no panic");
        assert!(good.sessions.is_empty() && good.of.is_empty() && good.ends.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_has_so_many_and_all_have_so_many() {
        let mut tickets = Tickets::new(LIFETIME, 2);
        tickets.most = 100;
        let [one, two, three] = [(); 3].map(|()| tickets.issue(7).expect("room"));
        assert_eq!(tickets.take(&one), None, "the oldest");
        assert_eq!(
            (tickets.take(&two), tickets.take(&three)),
            (Some(7), Some(7))
        );
        let mut issued = 3;
        while tickets.issue(issued).is_some() {
            issued += 1;
        }
        assert_eq!(issued, 100);
        advance(LIFETIME).await;
        assert!(tickets.issue(7).is_some(), "all of them are forgotten");
    }
}
