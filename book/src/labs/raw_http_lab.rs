//! The lab of chapter 1: a few resources, and bytes written by hand.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use raw_http::{Config, Request, Response, serve};
use tokio_util::sync::CancellationToken;
use wiretap::{Cut, Dial as _, Link, Recorder, Side, Tcp};

use super::chapter::Target;
use super::raw::{self, Pieces};
use super::session::Session;

/// Half a request is given up after this long: a reader who sends one wants to see that.
const HEAD_DEADLINE: Duration = Duration::from_secs(1);
/// A connection on which nothing more is asked is closed soon: the lab waits for it.
const IDLE_DEADLINE: Duration = Duration::from_millis(500);

const PAGE: &str =
    "<!doctype html>\n<title>A page</title>\n<p>This is all of it.</p>\n";

/// Answers the lab's requests: a page, and an echo.
pub(crate) async fn answer(request: Request) -> Response {
    let (path, _query) = request.path_and_query();
    match (request.method.as_str(), path) {
        ("GET" | "HEAD", "/") => {
            Response::with_type(200, "text/html; charset=utf-8", PAGE)
        }
        ("POST", "/echo") => Response::text(200, request.body),
        (_, "/") => Response::text(405, "").header("Allow", "GET, HEAD"),
        (_, "/echo") => Response::text(405, "").header("Allow", "POST"),
        _ => Response::text(404, "There is no such resource.\n"),
    }
}

/// Sends bytes that a reader wrote, to the server that the lab is about, and waits for
/// what becomes of them.
///
/// The chapter's server gets them over a network in memory, which no page and no other
/// program can reach: there, `Host` may say anything. The reader's own gets them over TCP.
pub(crate) async fn send(
    session: &Arc<Session>,
    bytes: Vec<u8>,
    pieces: Pieces,
) -> Result<(), String> {
    let Ok(_permit) = session.by_hand.try_acquire() else {
        return Err("Slower: so many connections by hand are open.".to_owned());
    };
    let recorder = &session.recorder;
    let plural = if bytes.len() == 1 { "" } else { "s" };
    let remark = format!("{} byte{plural} by hand, {pieces}", bytes.len());
    recorder.note(Side::Client, remark);
    let outcome = match session.target {
        Target::Mine => {
            let server = session.my_server;
            let dialer = recorder.tap_dialer(Tcp(server.address));
            let io = dialer.dial().await.map_err(|_| server.how_to_start())?;
            raw::converse(io, &bytes, pieces).await
        }
        Target::Chapter => converse_in_memory(recorder, &bytes, pieces).await,
    };
    outcome.map_err(|error| format!("The connection failed: {error}."))
}

/// Sends bytes to the chapter's server over a network of their own.
async fn converse_in_memory(
    recorder: &Recorder,
    bytes: &[u8],
    pieces: Pieces,
) -> io::Result<()> {
    let cut = match pieces {
        Pieces::Whole => Cut::AsWritten,
        Pieces::Bytes => Cut::EachByte,
    };
    let (dialer, listener) = Link::new().cut(cut).network(recorder);
    let config = Config {
        head_deadline: HEAD_DEADLINE,
        body_deadline: HEAD_DEADLINE,
        idle_deadline: IDLE_DEADLINE,
        ..Config::default()
    };
    let over = CancellationToken::new();
    let server = serve(listener, answer, config, over.cancelled());
    let client = async {
        let outcome = match dialer.dial().await {
            Ok(io) => raw::converse(io, bytes, pieces).await,
            Err(error) => Err(error),
        };
        over.cancel();
        outcome
    };
    tokio::join!(server, client).1
}
