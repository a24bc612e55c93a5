//! The lab of chapter 8: frames that a reader puts together, and what a client makes of
//! each byte.

use std::time::Duration;

use bytes::BytesMut;
use frames::{Header, MaskingKey, Opcode, Role, put_frame};
use handshake::{Accepted, Offer, Opened, Origins, Policy, WebSocketUrl};
use messages::{Limits, Received, Step, Tracer, hex};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};
use wiretap::{Cut, Link, LinkStream, Recorder, Side};

/// The most bytes of payloads in one go.
const MOST_BYTES: usize = 400;
/// The most frames.
const MOST_FRAMES: usize = 40;
/// The lab's client takes no longer messages.
const LIMITS: Limits = Limits {
    max_message: 100,
    max_fragments: 20,
};
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two frames, so that each of them stands for itself in the transcript.
const PAUSE: Duration = Duration::from_millis(60);

/// What a reader wants to send.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    frames: Vec<Sent>,
}

/// A frame: its first byte, and its payload.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Sent {
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

/// What has become of a byte, in words for the page.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Seen {
    byte: String,
    /// `header`, `text`, `waits`, `control` or `refused`.
    becomes: &'static str,
    /// What the assembler says, when it has something to say.
    says: Option<String>,
}

impl Order {
    /// What is sent, or what there is too much of.
    pub(crate) fn checked(self) -> Result<Vec<Sent>, String> {
        let bytes: usize = self.frames.iter().map(|frame| frame.payload.len()).sum();
        let short = self.frames.iter().all(|frame| frame.payload.len() <= 125);
        if self.frames.len() > MOST_FRAMES || bytes > MOST_BYTES || !short {
            return Err(format!(
                "This lab sends at most {MOST_FRAMES} frames of at most 125 bytes, and \
                 {MOST_BYTES} bytes in all."
            ));
        }
        Ok(self.frames)
    }
}

/// Sends frames to a client of chapter 8, over a network in memory that delivers each byte
/// alone, after a handshake of chapter 6. `chance` chooses the client's masking keys.
pub(crate) async fn converse(
    recorder: &Recorder,
    frames: &[Sent],
    chance: &mut fastrand::Rng,
) -> Result<Vec<Seen>, String> {
    let link = Link::new().rtt(PAUSE / 3).cut(Cut::EachByte);
    let (client, server) = link.pair(recorder);
    let talk =
        async { tokio::join!(read(client, recorder, chance), write(server, frames)) };
    match timeout(PATIENCE, talk).await {
        Ok((Ok(seen), _)) => Ok(seen),
        Ok((Err(error), _)) => Err(error),
        Err(_) => Err("It took too long.".to_owned()),
    }
}

/// The server: it accepts whoever comes, and sends what it was told to.
async fn write(io: LinkStream, frames: &[Sent]) -> Result<(), String> {
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let limits = raw_http::Limits::default();
    let opened: Opened<_, Accepted> =
        handshake::accept(io, &limits, |request| policy.check(request))
            .await
            .map_err(|error| error.to_string())?;
    let mut io = opened.io;
    for frame in frames {
        let length = u8::try_from(frame.payload.len()).map_err(|e| e.to_string())?;
        let bytes = [&[frame.first, length][..], &frame.payload].concat();
        io.write_all(&bytes).await.map_err(|e| e.to_string())?;
        sleep(PAUSE).await;
    }
    io.shutdown().await.map_err(|error| error.to_string())?;
    // What the client still says, a pong or a close frame.
    let mut rest = Vec::new();
    io.read_to_end(&mut rest).await.map_err(|e| e.to_string())?;
    Ok(())
}

/// The client: it answers pings, and says why it refuses.
async fn read(
    io: LinkStream,
    recorder: &Recorder,
    chance: &mut fastrand::Rng,
) -> Result<Vec<Seen>, String> {
    let url: WebSocketUrl = "ws://lab.example/".parse().expect("it is one");
    let limits = raw_http::Limits::default();
    let nonce = std::array::from_fn(|_| chance.u8(..));
    let opened = handshake::connect(io, &limits, Offer::new(&url), nonce).await;
    let Opened { mut io, rest, .. } = opened.map_err(|error| error.to_string())?;
    let mut tracer = Tracer::new(Role::Client, LIMITS);
    let mut seen = Vec::new();
    let mut is_control = false;
    let mut bytes = rest;
    loop {
        for &byte in &bytes {
            let step = tracer.take(byte);
            let answer = answer(&step, chance);
            if let Some(header) = step.header {
                is_control = header.opcode.is_control();
            }
            let told = Seen::of(&step, is_control);
            if let Some(says) = &told.says {
                recorder.note(Side::Client, says.clone());
            }
            seen.push(told);
            if let Some(answer) = answer {
                io.write_all(&answer).await.map_err(|e| e.to_string())?;
            }
            if step.refused.is_some() {
                io.shutdown().await.map_err(|e| e.to_string())?;
                return Ok(seen);
            }
        }
        bytes.clear();
        if io.read_buf(&mut bytes).await.map_err(|e| e.to_string())? == 0 {
            io.shutdown().await.map_err(|e| e.to_string())?;
            return Ok(seen);
        }
    }
}

/// The pong for a ping, and the close frame for a refusal: the next chapter's work.
fn answer(step: &Step, chance: &mut fastrand::Rng) -> Option<BytesMut> {
    let (opcode, payload) = match (&step.received, step.refused) {
        (_, Some(refusal)) => {
            (Opcode::Close, refusal.close_code().to_be_bytes().to_vec())
        }
        (Some(Received::Ping(payload)), None) => (Opcode::Pong, payload.to_vec()),
        (_, None) => return None,
    };
    let key = MaskingKey(std::array::from_fn(|_| chance.u8(..)));
    let header = Header {
        masking_key: Some(key),
        ..Header::new(opcode, 0)
    };
    let mut out = BytesMut::new();
    put_frame(header, &payload, &mut out);
    Some(out)
}

impl Seen {
    fn of(step: &Step, is_control: bool) -> Self {
        let becomes = match step.payload {
            _ if step.refused.is_some() => "refused",
            None => "header",
            Some(_) if is_control => "control",
            Some(_) if !step.pending.is_empty() => "waits",
            Some(_) => "text",
        };
        let says = match (step.refused, &step.received) {
            (Some(refusal), _) => {
                Some(format!("{refusal}: close code {}", refusal.close_code()))
            }
            (None, Some(received)) => Some(format!("{received} is complete")),
            (None, None) if step.ends_frame => Some(held(step)),
            (None, None) => None,
        };
        Self {
            byte: hex(&[step.byte]),
            becomes,
            says,
        }
    }
}

fn held(step: &Step) -> String {
    let pending = match &step.pending[..] {
        [] => String::new(),
        pending => format!(", {} of a character that goes on", hex(pending)),
    };
    let whole = step.gathered - step.pending.len();
    let plural = if whole == 1 { "" } else { "s" };
    format!("holds {whole} byte{plural}{pending}")
}
