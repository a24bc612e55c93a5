//! Somebody at the server's HTTP API.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gatekeeping::api::{
    Credentials, Failure, Kind, Me, NewPassword, NewRoom, Nothing, Person, ReadTo,
    RoomInfo, Rooms, Secret, TicketIssued, Whom, room_path,
};
use history::protocol::{Name, Room};
use http::header;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wiretap::Dial;

use super::error::ApiError;
use super::http::{Answer, Asked, Http, is_for_now};

/// How long to wait for an answer. A server in need may let somebody wait for a password.
const PATIENCE: Duration = Duration::from_secs(20);

/// Its cookie. `__Host-` is its prefix where there is TLS (RFC 6265bis §4.1.3.2).
const SESSION: &[&str] = &["session", "__Host-session"];

/// Somebody at the server's HTTP API, and their session, once they are signed in. It may be
/// used from several tasks at a time.
///
/// # Cancel safety
///
/// Whichever request is dropped: the server may have acted upon it, or not.
pub struct Account<D> {
    http: Http<D>,
    /// The cookie, as it is sent.
    session: Mutex<Option<Secret>>,
}

impl<D: Dial> Account<D> {
    /// Nobody yet, at the server that is reached through `dialer` and called `host`: its name
    /// and, if it is not the scheme's own, its port.
    pub fn new(dialer: D, host: impl Into<String>) -> Self {
        Self {
            http: Http::new(dialer, host.into()),
            session: Mutex::default(),
        }
    }

    /// Makes an account. Signing in is another request.
    ///
    /// # Errors
    ///
    /// As every request: see [`ApiError`].
    pub async fn sign_up(&self, who: &Credentials) -> Result<Name, ApiError> {
        let person: Person = self.post("/api/sign-up", who).await?;
        Ok(person.name)
    }

    /// Signs in, and keeps the session.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn sign_in(&self, who: &Credentials) -> Result<Name, ApiError> {
        let person: Person = self.post("/api/sign-in", who).await?;
        Ok(person.name)
    }

    /// Ends the session, on the server and here.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn sign_out(&self) -> Result<(), ApiError> {
        self.act("/api/sign-out", &Nothing {}).await?;
        *self.lock() = None;
        Ok(())
    }

    /// Takes another password. This session goes on under another name; all others end.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn change_password(
        &self,
        passwords: &NewPassword,
    ) -> Result<(), ApiError> {
        self.act("/api/password", passwords).await
    }

    /// Who is signed in.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn me(&self) -> Result<Me, ApiError> {
        read(&self.send(Asked::get("/api/me", PATIENCE)).await?)
    }

    /// A ticket for one connection.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn ticket(&self) -> Result<Secret, ApiError> {
        let issued: TicketIssued = self.post("/api/ticket", &Nothing {}).await?;
        Ok(issued.ticket)
    }

    /// All rooms that this person may know of.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn rooms(&self) -> Result<Rooms, ApiError> {
        read(&self.send(Asked::get("/api/rooms", PATIENCE)).await?)
    }

    /// Makes a room, and becomes a member of it.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn create(&self, room: &str, kind: Kind) -> Result<RoomInfo, ApiError> {
        let room = room.to_owned();
        self.post("/api/rooms", &NewRoom { room, kind }).await
    }

    /// Becomes a member of a public room.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn enter(&self, room: &Room) -> Result<RoomInfo, ApiError> {
        self.post(&room_path(room, "enter"), &Nothing {}).await
    }

    /// Makes somebody else a member of a room.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn invite(&self, room: &Room, name: &str) -> Result<(), ApiError> {
        let name = name.to_owned();
        self.act(&room_path(room, "invite"), &Whom { name }).await
    }

    /// Is no member of a room any more.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn leave(&self, room: &Room) -> Result<(), ApiError> {
        self.act(&room_path(room, "leave"), &Nothing {}).await
    }

    /// The room for two with somebody; it is made if there is none.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn direct(&self, name: &str) -> Result<RoomInfo, ApiError> {
        let name = name.to_owned();
        self.post("/api/direct", &Whom { name }).await
    }

    /// Says how far this person has read in a room.
    ///
    /// # Errors
    ///
    /// As every request.
    pub async fn read(&self, room: &Room, seq: u64) -> Result<(), ApiError> {
        self.act(&room_path(room, "read"), &ReadTo { seq }).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ApiError> {
        read(&self.send_json(path, body).await?)
    }

    async fn act(&self, path: &str, body: &impl Serialize) -> Result<(), ApiError> {
        self.send_json(path, body).await.map(drop)
    }

    async fn send_json(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Answer, ApiError> {
        let body = serde_json::to_string(body).expect("its keys are text");
        self.send(Asked::post(path, body, PATIENCE)).await
    }

    /// Sends a request in this person's name, and keeps the cookie that is set.
    async fn send(&self, asked: Asked<'_>) -> Result<Answer, ApiError> {
        let session = self.lock().clone();
        let sent = self.http.send(asked.with_cookie(session)).await;
        let answer = sent.map_err(ApiError::Unreachable)?;
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        if let Some(session) = answer.cookie(SESSION) {
            *self.lock() = Some(session);
        }
        Ok(answer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Secret>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiError> {
    let read = serde_json::from_slice(&answer.body);
    // What it could not read may be a secret: it is not repeated.
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ApiError::NotTheChat(format!("an answer that is wrong at {line}:{column}"))
    })
}

fn refused(answer: &Answer) -> ApiError {
    let status = answer.status;
    let Ok(Failure { error: problem }) = serde_json::from_slice(&answer.body) else {
        return match is_for_now(status) {
            true => ApiError::NotNow(status),
            false => ApiError::NotTheChat(format!("it answers {status}")),
        };
    };
    let seconds = answer.headers.get(header::RETRY_AFTER);
    let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
    ApiError::Refused {
        problem,
        retry_after: seconds.map(Duration::from_secs),
    }
}

impl<D> fmt::Debug for Account<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}
