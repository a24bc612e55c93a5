//! Signing up, in and out.

use std::net::IpAddr;

use backpressure::one_customer;

use super::{Keeper, SignedIn};
use crate::api::{Credentials, ErrorCode, NewPassword, Person, Problem, Secret};
use crate::error::Denied;
use crate::names::{self, Chosen};
use crate::passwords::{self, Hashed, Tried};
use crate::store::accounts::{self as table, Account};
use crate::store::{AccountId, Fault, sessions};
use crate::token::{SessionToken, TokenHash};

impl Keeper {
    /// Makes an account, and signs it in; gives the token of the new session. `before` is
    /// the token that the client had, whose session ends.
    ///
    /// # Errors
    ///
    /// When the name or the password cannot be taken, and when there were too many tries
    /// from this address.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, there may be an account, and a session that nobody can use.
    pub async fn sign_up(
        &self,
        from: IpAddr,
        credentials: &Credentials,
        before: Option<&str>,
    ) -> Result<(Person, Secret), Denied> {
        let Credentials { name, password } = credentials;
        let inner = &self.inner;
        inner
            .sign_ups
            .take(one_customer(from))
            .map_err(Denied::Later)?;
        let chosen = Chosen::new(name)?;
        passwords::check(password, name, inner.settings.min_password)
            .map_err(|problem| problem.at("password"))?;
        let look = chosen.clone();
        let is_free = inner
            .store
            .read(move |database| table::is_free(database, &look));
        is_free.await?;
        let hashed = inner.passwords.hash(password).await?;
        let name = chosen.name.clone();
        let now = self.now();
        let account = move |database: &rusqlite::Connection| {
            table::add(database, &chosen, &hashed, now)
        };
        let token = self.begin_session(before, account).await?;
        Ok((Person { name }, token))
    }

    /// Signs somebody in, and gives the token of the new session. `before` is the token that
    /// the client had, whose session ends: nobody goes on in a session that another may have
    /// begun for them.
    ///
    /// # Errors
    ///
    /// When there is no such account or it has another password, of which both take the same
    /// time; and when there were too many tries, from this address or for this name.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, there may be a session that nobody can use.
    pub async fn sign_in(
        &self,
        from: IpAddr,
        credentials: &Credentials,
        before: Option<&str>,
    ) -> Result<(Person, Secret), Denied> {
        let Credentials { name, password } = credentials;
        let inner = &self.inner;
        inner
            .sign_ins
            .take(one_customer(from))
            .map_err(Denied::Later)?;
        let (key, from) = (names::key(name), one_customer(from));
        let by_key = key.clone();
        let account = inner
            .store
            .read(move |database| Ok(table::by_key(database, &by_key)?));
        let account = account.await?;
        let (account, renewed) = self.prove((key, from), account, password).await?;
        let name = account.name.clone();
        let signed_in = move |database: &rusqlite::Connection| {
            keep_renewed(database, &account, renewed.as_ref())
        };
        let token = self.begin_session(before, signed_in).await?;
        Ok((Person { name }, token))
    }

    /// Ends the sessions with these tokens, as far as there are some, and closes their
    /// connections.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, it is done all the same, or was not begun.
    pub async fn sign_out(&self, tokens: &[String]) -> Result<(), Denied> {
        let tokens = tokens.iter().filter_map(|token| SessionToken::parse(token));
        let tokens: Vec<TokenHash> = tokens.map(|token| token.hash()).collect();
        if tokens.is_empty() {
            return Ok(());
        }
        let callers = self.inner.callers.clone();
        let ended = self.inner.store.write(
            move |database| {
                let mut ended = Vec::new();
                for token in &tokens {
                    ended.extend(sessions::end(database, token)?);
                }
                Ok(ended)
            },
            move |ended: &Vec<_>| {
                for (account, session) in ended {
                    callers.end(*account, |other| other == *session);
                }
            },
        );
        ended.await.map(|_| ())
    }

    /// Gives an account another password, and its session another token. All its other
    /// sessions end.
    ///
    /// # Errors
    ///
    /// When the old password is another one, or the new one cannot be taken; and when there
    /// were too many tries with wrong ones, from this address or for this name.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, it is done or not; the client may have to sign in again.
    pub async fn change_password(
        &self,
        from: IpAddr,
        who: &SignedIn,
        change: &NewPassword,
    ) -> Result<Secret, Denied> {
        let session = who.session.clone();
        let inner = &self.inner;
        let least = inner.settings.min_password;
        passwords::check(&change.new, session.name.as_str(), least)
            .map_err(|problem| problem.at("new"))?;
        let id = session.account;
        let account = inner
            .store
            .read(move |database| Ok(table::by_id(database, id)?));
        let account = account.await?;
        let key = names::key(session.name.as_str());
        let tries = (key, one_customer(from));
        let (account, _) = self.prove(tries, account, &change.old).await?;
        let hashed = inner.passwords.hash(&change.new).await?;
        let token = SessionToken::random();
        let (hash, own, callers) = (token.hash(), session.id, inner.callers.clone());
        let changed = inner.store.write(
            move |database| {
                let Account { id, password, .. } = account;
                let is_set = table::set_password(database, id, &password, &hashed)?;
                if !is_set || !sessions::rotate(database, &session, &hash)? {
                    return Err(wrong_credentials().into());
                }
                Ok(())
            },
            move |()| callers.end(id, |session| session != own),
        );
        changed.await?;
        Ok(token.secret())
    }

    /// Tries a password, and counts if it is wrong: strictly for the name and the address
    /// together, since a stranger's guesses are not to keep its owner out, and loosely for the
    /// name. What there is no account for takes as long, and counts as much.
    async fn prove(
        &self,
        of: (String, IpAddr),
        account: Option<Account>,
        password: &Secret,
    ) -> Result<(Account, Option<Hashed>), Denied> {
        let inner = &self.inner;
        // Before the work: those who try in the same moment are counted as well.
        inner.wrong.take(of.clone()).map_err(Denied::Later)?;
        if let Err(wait) = inner.wrong_anywhere.take(of.0.clone()) {
            inner.wrong.give_back(of);
            return Err(Denied::Later(wait));
        }
        let give_back = || {
            inner.wrong.give_back(of.clone());
            inner.wrong_anywhere.give_back(of.0.clone());
        };
        let kept = account.as_ref().map(|account| account.password.clone());
        let tried = inner.passwords.try_on(password, kept).await;
        let renewed = match tried {
            Ok(Tried::Wrong) => return Err(wrong_credentials().into()),
            Ok(Tried::Right) => None,
            Ok(Tried::Renewed(hashed)) => Some(hashed),
            Err(denied) => {
                give_back();
                return Err(denied);
            }
        };
        give_back();
        let account = account.ok_or_else(wrong_credentials)?;
        Ok((account, renewed))
    }

    /// Begins a session of the account that `of` gives, and ends the one before.
    async fn begin_session(
        &self,
        before: Option<&str>,
        of: impl FnOnce(&rusqlite::Connection) -> Result<AccountId, Fault> + Send + 'static,
    ) -> Result<Secret, Denied> {
        let before: Option<TokenHash> = before
            .and_then(SessionToken::parse)
            .map(|token| token.hash());
        let token = SessionToken::random();
        let (hash, now, lasts) = (token.hash(), self.now(), self.inner.lasts);
        let most = self.inner.settings.limits.sessions;
        let callers = self.inner.callers.clone();
        let begun = self.inner.store.write(
            move |database| {
                let account = of(database)?;
                let before = before.map(|token| sessions::end(database, &token));
                let mut ended = Vec::from_iter(before.transpose()?.flatten());
                let others =
                    sessions::begin(database, account, &hash, most, lasts, now)?;
                ended.extend(others.into_iter().map(|session| (account, session)));
                Ok(ended)
            },
            move |ended: &Vec<_>| {
                for (account, session) in ended {
                    callers.end(*account, |other| other == *session);
                }
            },
        );
        begun.await?;
        Ok(token.secret())
    }
}

/// The account, if its password is still the one that was tried; with the renewed hash.
fn keep_renewed(
    database: &rusqlite::Connection,
    account: &Account,
    renewed: Option<&Hashed>,
) -> Result<AccountId, Fault> {
    let kept = renewed.unwrap_or(&account.password);
    if table::set_password(database, account.id, &account.password, kept)? {
        return Ok(account.id);
    }
    Err(wrong_credentials().into())
}

fn wrong_credentials() -> Problem {
    let text = "there is no such account, or it has another password";
    Problem::new(ErrorCode::WrongCredentials, text)
}
