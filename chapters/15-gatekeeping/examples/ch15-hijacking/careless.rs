//! A chat with one person in it, who is known by her cookie.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_TYPE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use clap::ValueEnum;
use subtle::ConstantTimeEq as _;
use tokio::sync::broadcast;

/// How much is remembered of what was said.
const MOST: usize = 100;

/// The most bytes that are said at once.
const LONGEST: usize = 4096;

/// What was said before anybody looks.
const SECRETS: [&str; 2] = [
    "Bob: The key is under the third flowerpot.",
    "Ann: Thank you. We are away until Sunday.",
];

/// What a cookie says about being sent along with requests of pages of other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SameSite {
    /// It is sent with each of them.
    None,
    /// It says nothing, and the browser decides.
    Unset,
    /// It is sent only when the other page leads here.
    Lax,
    /// It is sent with none of them.
    Strict,
}

impl SameSite {
    fn attributes(self) -> &'static str {
        match self {
            Self::None => "; SameSite=None; Secure",
            Self::Unset => "",
            Self::Lax => "; SameSite=Lax",
            Self::Strict => "; SameSite=Strict",
        }
    }
}

/// The chat.
pub(crate) struct Chat {
    session: String,
    same_site: SameSite,
    /// The origin of our own page, if anybody looks at it.
    careful: Option<String>,
    /// There is one at a time.
    ticket: Mutex<Option<String>>,
    said: Mutex<VecDeque<String>>,
    told: broadcast::Sender<String>,
}

impl Chat {
    /// A chat whose only session is `session`. With an origin in `careful`, pages of others are
    /// turned away, and a socket needs a ticket.
    pub(crate) fn new(
        session: String,
        same_site: SameSite,
        careful: Option<String>,
    ) -> Self {
        Self {
            session,
            same_site,
            careful,
            ticket: Mutex::default(),
            said: Mutex::new(SECRETS.map(str::to_owned).into()),
            told: broadcast::channel(MOST).0,
        }
    }

    /// Whether this is Ann's browser.
    fn knows(&self, jar: &CookieJar) -> bool {
        jar.get("session").is_some_and(|cookie| {
            cookie
                .value()
                .as_bytes()
                .ct_eq(self.session.as_bytes())
                .into()
        })
    }

    /// Whether a request comes from our own page, or from no page at all. Who is careless does
    /// not ask.
    fn is_from_us(&self, headers: &HeaderMap) -> bool {
        match (&self.careful, headers.get(ORIGIN)) {
            (Some(own), Some(origin)) => origin.as_bytes() == own.as_bytes(),
            (None, _) | (_, None) => true,
        }
    }

    fn say(&self, text: &str) {
        let line = format!("Ann: {text}");
        let mut said = locked(&self.said);
        if said.len() == MOST {
            said.pop_front();
        }
        said.push_back(line.clone());
        // Without a listener there is nobody to tell.
        let _ = self.told.send(line);
    }

    /// What was said so far, and what will be.
    fn listen(&self) -> (Vec<String>, broadcast::Receiver<String>) {
        let said = locked(&self.said);
        (said.iter().cloned().collect(), self.told.subscribe())
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What nobody can guess.
pub(crate) fn random() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The chat with its page.
pub(crate) fn router(chat: Arc<Chat>) -> Router {
    let page = (
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        include_str!("chat.html"),
    );
    let script = ([(CONTENT_TYPE, "text/javascript")], include_str!("chat.js"));
    Router::new()
        .route("/", get(page))
        .route("/chat.js", get(script))
        .route("/sign-in", post(sign_in))
        .route("/ticket", post(ticket))
        .route("/chat", get(upgrade))
        .route("/say", post(say))
        .layer(DefaultBodyLimit::max(LONGEST))
        .with_state(chat)
}

/// Everybody who asks is Ann: how she proves it is not what this is about.
async fn sign_in(State(chat): State<Arc<Chat>>, headers: HeaderMap) -> Response {
    if !chat.is_from_us(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let same_site = chat.same_site.attributes();
    let cookie = format!("session={}; Path=/; HttpOnly{same_site}", chat.session);
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
}

/// A ticket for one socket. The careless chat needs none.
async fn ticket(
    State(chat): State<Arc<Chat>>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<String, StatusCode> {
    check(&chat, &headers, &jar)?;
    let ticket = chat.careful.is_some().then(random);
    locked(&chat.ticket).clone_from(&ticket);
    Ok(ticket.unwrap_or_default())
}

/// Something is said without a socket.
async fn say(
    State(chat): State<Arc<Chat>>,
    headers: HeaderMap,
    jar: CookieJar,
    text: String,
) -> Result<StatusCode, StatusCode> {
    check(&chat, &headers, &jar)?;
    chat.say(text.trim_end());
    Ok(StatusCode::NO_CONTENT)
}

async fn upgrade(
    State(chat): State<Arc<Chat>>,
    headers: HeaderMap,
    jar: CookieJar,
    ws: WebSocketUpgrade,
) -> Result<Response, StatusCode> {
    check(&chat, &headers, &jar)?;
    let ws = ws.max_message_size(LONGEST);
    Ok(ws.on_upgrade(|socket| converse(socket, chat)))
}

fn check(chat: &Chat, headers: &HeaderMap, jar: &CookieJar) -> Result<(), StatusCode> {
    if !chat.is_from_us(headers) {
        Err(StatusCode::FORBIDDEN)
    } else if !chat.knows(jar) {
        Err(StatusCode::UNAUTHORIZED)
    } else {
        Ok(())
    }
}

async fn converse(mut socket: WebSocket, chat: Arc<Chat>) {
    if chat.careful.is_some() && !has_ticket(&mut socket, &chat).await {
        let close = CloseFrame {
            code: 4003,
            reason: "a ticket is needed".into(),
        };
        let _ = socket.send(Message::Close(Some(close))).await;
        return;
    }
    let (said, mut told) = chat.listen();
    for line in said {
        if socket.send(Message::text(line)).await.is_err() {
            return;
        }
    }
    loop {
        tokio::select! {
            line = told.recv() => {
                // Who is too slow for it misses something, or is gone.
                let Ok(line) = line else { return };
                if socket.send(Message::text(line)).await.is_err() {
                    return;
                }
            }
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => chat.say(&text),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

/// Whether the first message is the ticket, which is used up by it.
async fn has_ticket(socket: &mut WebSocket, chat: &Chat) -> bool {
    let Some(Ok(Message::Text(shown))) = socket.recv().await else {
        return false;
    };
    let ticket = locked(&chat.ticket).take();
    ticket.is_some_and(|ticket| ticket.as_bytes().ct_eq(shown.as_bytes()).into())
}
