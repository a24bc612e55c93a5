//! The lab of chapter 7: the browser's own WebSocket sends frames to a server that knows
//! frames and nothing more, and every bit of them is named; bytes by hand as well.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use frames::{Decoder, Header, Inspection, Opcode, Part, Role, inspect, put_frame};
use handshake::{Accepted, Offer, Opened, Origins, Policy, Refusal, WebSocketUrl};
use raw_http::{Limits, RequestHead};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;
use wiretap::{Link, Recorder, Side, escape};

use super::raw::{self, Pieces};
use super::session::Session;

/// The longest payload that the lab's server takes, and the most bytes by hand.
const MOST_BYTES: usize = 4096;
/// The most frames that are named at once.
const MOST_FRAMES: usize = 16;
/// A connection on which nothing is said for so long is ended.
const SILENCE: Duration = Duration::from_mins(2);
/// How long a conversation by hand may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The frame that came last, as it was on the wire. A clone is another handle on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrived(Arc<Mutex<Vec<u8>>>);

impl Arrived {
    /// The bytes of the frame.
    pub(crate) fn get(&self) -> Vec<u8> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, frame: &[u8]) {
        let mut arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        arrived.clear();
        arrived.extend_from_slice(frame);
    }
}

impl Session {
    /// The lab's server behind its guard, tapped.
    pub(crate) async fn serve_frames(&self, listener: TcpListener, arrived: &Arrived) {
        let rules = Arc::clone(&self.rules);
        let policy = Policy {
            origins: Origins::Only(vec![rules.page_origin().to_owned()]),
            ..Policy::default()
        };
        let decide = move |request: &RequestHead| match rules
            .refusal(&request.method, &request.headers)
        {
            Some(response) => Err(Refusal::Answer(response)),
            None => policy.check(request),
        };
        let arrived = arrived.clone();
        let talk = move |opened: Opened<_, Accepted>| {
            let arrived = arrived.clone();
            async move {
                // A connection that fails is seen in the recording.
                let _ = echo(opened.io, opened.rest, &arrived).await;
            }
        };
        let tapped = self.recorder.tap_listener(listener);
        handshake::serve(tapped, decide, talk, self.ended()).await;
    }
}

/// Sends each frame back as it came, without its mask, and answers pings and a close.
pub(crate) async fn echo<Io: AsyncRead + AsyncWrite + Unpin>(
    mut io: Io,
    mut bytes: BytesMut,
    arrived: &Arrived,
) -> std::io::Result<()> {
    let mut decoder = Decoder::new(Role::Server).max_payload(MOST_BYTES as u64);
    let mut payload = Vec::new();
    loop {
        let mut input = &mut bytes[..];
        let mut out = BytesMut::new();
        let mut is_over = false;
        while !is_over {
            match decoder.decode(&mut input) {
                Ok(None) => break,
                Ok(Some(part)) => {
                    is_over = take(&part, &mut payload, arrived, &mut out);
                }
                Err(error) => {
                    let code = error.close_code().to_be_bytes();
                    put_frame(Header::new(Opcode::Close, 0), &code, &mut out);
                    is_over = true;
                }
            }
        }
        io.write_all(&out).await?;
        if is_over {
            io.shutdown().await?;
            // What still comes is not looked at; that it ends is waited for.
            let rest = async {
                while io.read_buf(&mut drained()).await? > 0 {}
                Ok(())
            };
            return timeout(PATIENCE, rest).await.unwrap_or(Ok(()));
        }
        bytes.advance(bytes.len());
        bytes.reserve(MOST_BYTES);
        let read = timeout(SILENCE, io.read_buf(&mut bytes)).await;
        if read.unwrap_or(Ok(0))? == 0 {
            return Ok(());
        }
    }
}

/// Room for bytes that nobody looks at.
fn drained() -> BytesMut {
    BytesMut::with_capacity(MOST_BYTES)
}

/// Gathers a frame, and answers it when it is whole. `true` when it was the last one.
fn take(
    part: &Part<'_>,
    payload: &mut Vec<u8>,
    arrived: &Arrived,
    out: &mut BytesMut,
) -> bool {
    if part.first {
        payload.clear();
    }
    payload.extend_from_slice(part.payload);
    if !part.last {
        return false;
    }
    // The very bytes again: a header has one form, and the key is in it.
    let mut frame = BytesMut::new();
    put_frame(part.header, payload, &mut frame);
    arrived.set(&frame);
    let opcode = match part.header.opcode {
        Opcode::Ping => Opcode::Pong,
        Opcode::Pong => return false,
        opcode @ (Opcode::Continuation | Opcode::Text | Opcode::Binary) => opcode,
        Opcode::Close => {
            put_frame(Header::new(Opcode::Close, 0), payload, out);
            return true;
        }
    };
    let answer = Header {
        opcode,
        masking_key: None,
        ..part.header
    };
    put_frame(answer, payload, out);
    false
}

/// Bytes that a reader wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    bytes: Vec<u8>,
}

impl Typed {
    /// What was written, or what there is too much of.
    pub(crate) fn checked(self) -> Result<Vec<u8>, String> {
        match self.bytes.len() {
            ..=MOST_BYTES => Ok(self.bytes),
            _ => Err(format!(
                "This lab takes at most {MOST_BYTES} bytes at once."
            )),
        }
    }
}

/// A frame, named for the page.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    fields: Vec<NamedField>,
    length: usize,
    /// In digits: a number of JavaScript is exact up to 2^53, and this may be above 2^63.
    missing: String,
    payload: String,
    client: String,
    server: String,
}

#[derive(Debug, Serialize)]
struct NamedField {
    name: &'static str,
    begin: usize,
    end: usize,
    value: String,
}

/// Names the bits of each frame.
pub(crate) fn name(mut bytes: &[u8]) -> Vec<Named> {
    let mut frames = Vec::new();
    while !bytes.is_empty() && frames.len() < MOST_FRAMES {
        let inspection = inspect(bytes);
        bytes = &bytes[inspection.length..];
        frames.push(Named::of(inspection));
    }
    frames
}

impl Named {
    fn of(inspection: Inspection) -> Self {
        let verdict = |outcome: Result<(), frames::FrameError>| match outcome {
            Ok(()) => "good".to_owned(),
            Err(error) => format!("close with {}: {error}", error.close_code()),
        };
        let field = |field: frames::Field| NamedField {
            name: field.name,
            begin: field.bits.start,
            end: field.bits.end,
            value: field.value,
        };
        Self {
            fields: inspection.fields.into_iter().map(field).collect(),
            length: inspection.length,
            missing: inspection.missing.to_string(),
            payload: escape(&inspection.payload),
            client: verdict(inspection.client),
            server: verdict(inspection.server),
        }
    }
}

/// Sends bytes to the lab's server over a network in memory, after a handshake.
pub(crate) async fn send(
    recorder: &Recorder,
    bytes: &[u8],
    arrived: &Arrived,
    nonce: [u8; 16],
) -> Result<(), String> {
    let plural = if bytes.len() == 1 { "" } else { "s" };
    recorder.note(
        Side::Client,
        format!("{} byte{plural} by hand", bytes.len()),
    );
    let (client, server) = Link::new().pair(recorder);
    let serve = async {
        let policy = Policy::default();
        let limits = Limits::default();
        let accepted = handshake::accept(server, &limits, |r| policy.check(r)).await;
        if let Ok(opened) = accepted {
            let _ = echo(opened.io, opened.rest, arrived).await;
        }
    };
    let talk = async {
        let url: WebSocketUrl = "ws://lab.example/".parse().expect("it is one");
        let offer = Offer::new(&url);
        let opened = handshake::connect(client, &Limits::default(), offer, nonce).await;
        let io = opened.map_err(|error| error.to_string())?.io;
        let outcome = raw::converse(io, bytes, Pieces::Whole).await;
        outcome.map_err(|error| error.to_string())
    };
    let both = async { tokio::join!(serve, talk).1 };
    timeout(PATIENCE, both).await.unwrap_or(Ok(()))
}
