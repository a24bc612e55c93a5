//! Lines that are made of requests: for clients to whom WebSockets are blocked.
//!
//! A line is opened by a `POST`, and has a name and a key that nobody can guess. The name
//! stands in the path of its requests; the key comes and goes as a cookie, `line`, without
//! which there is no such line. What is told on it comes as server-sent events or as the
//! answers to requests that are held; what is said goes by further `POST`s. All of it is
//! JSON, under `/chat/line`:
//!
//! | | |
//! |---|---|
//! | `POST /chat/line` `{}` | 201 `{line}`, and the cookie |
//! | `GET /chat/line/{line}/events` | the messages as events, with their numbers as ids; `Last-Event-ID` goes on after one. The last event is `close` with `{code, reason}` |
//! | `GET /chat/line/{line}/poll?after=N` | 200 `{messages, last}` as soon as there is something after message `N`, or empty after a while; at the end with `closed: {code, reason}` |
//! | `POST /chat/line/{line}/say` `{n, messages}` | 204 when the messages are taken, of which the first has the number `n`, counted from 1. What was taken before is not taken twice; 409 when one is missing before them. With `after: N` it acknowledges what was told up to there |
//! | `POST /chat/line/{line}/close` `{}` | 204, and it is over |
//!
//! What was told is kept until it is acknowledged: by `after`, or by `Last-Event-ID`. So
//! whatever connection is cut at whatever byte, the line goes on where it was. A stream ends
//! when half of what may be kept is kept, and after some minutes: its client comes back and
//! says what it has.

mod body;
mod http;
mod key;
mod limits;
mod line;
mod mailbox;
mod own;
mod refusal;
mod shared;
mod stream;
mod table;
mod token;

pub use http::Lines;
pub use limits::LineLimits;
pub use line::RequestLine;
