//! Other libraries' readers, fed with the same bytes, one at a time.

use std::io::{self, Read, Write};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use fastwebsockets::{Payload, WebSocketError};
use frames::{Decoder, Role};
use tokio::io::{AsyncRead, ReadBuf, join, sink};

/// What became of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// A frame or a message came of them.
    Taken,
    /// They were refused when so many had come.
    RefusedAfter(usize),
    /// All of them came, and they are still waited with.
    Waiting,
}

/// A connection to which bytes are fed; what is written vanishes.
#[derive(Clone, Default)]
struct Fed(Arc<Mutex<Vec<u8>>>);

impl Fed {
    fn feed(&self, byte: u8) {
        self.0.lock().expect("not poisoned").push(byte);
    }

    fn hand_out(&self, most: usize) -> Vec<u8> {
        let mut bytes = self.0.lock().expect("not poisoned");
        let length = bytes.len().min(most);
        bytes.drain(..length).collect()
    }
}

impl Read for Fed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.hand_out(buffer.len());
        if bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

impl Write for Fed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Fed {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes = self.hand_out(buffer.remaining());
        if bytes.is_empty() {
            // Whoever feeds polls again.
            return Poll::Pending;
        }
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

/// Feeds byte after byte until `step` knows.
fn feed(bytes: &[u8], mut step: impl FnMut(u8) -> Option<bool>) -> Fate {
    for (i, byte) in bytes.iter().enumerate() {
        match step(*byte) {
            None => {}
            Some(true) => return Fate::Taken,
            Some(false) => return Fate::RefusedAfter(i + 1),
        }
    }
    Fate::Waiting
}

/// The chapter's decoder, with its own limit.
pub(crate) fn ours(role: Role, bytes: &[u8]) -> Fate {
    let mut decoder = Decoder::new(role);
    feed(bytes, |byte| {
        let mut byte = [byte];
        match decoder.decode(&mut &mut byte[..]) {
            Ok(part) => part.filter(|part| part.last).map(|_| true),
            Err(_) => Some(false),
        }
    })
}

/// Both versions of tungstenite have the same interface, in types of their own.
macro_rules! by_tungstenite {
    ($name:ident, $tungstenite:ident) => {
        /// With its default settings.
        pub(crate) fn $name(role: Role, bytes: &[u8]) -> Fate {
            use $tungstenite::{Error, WebSocket, protocol};
            let role = match role {
                Role::Client => protocol::Role::Client,
                Role::Server => protocol::Role::Server,
            };
            let stream = Fed::default();
            let mut socket = WebSocket::from_raw_socket(stream.clone(), role, None);
            feed(bytes, |byte| {
                stream.feed(byte);
                match socket.read() {
                    Ok(_) => Some(true),
                    Err(Error::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => None,
                    Err(_) => Some(false),
                }
            })
        }
    };
}

by_tungstenite!(tungstenite_0_29, tungstenite);
by_tungstenite!(tungstenite_0_30, tungstenite_0_30);

/// fastwebsockets 0.10, which gives pings as well: by default it answers and keeps them.
pub(crate) fn fastwebsockets_0_10(role: Role, bytes: &[u8]) -> Fate {
    let role = match role {
        Role::Client => fastwebsockets::Role::Client,
        Role::Server => fastwebsockets::Role::Server,
    };
    let stream = Fed::default();
    let io = join(stream.clone(), sink());
    let mut socket = fastwebsockets::WebSocket::after_handshake(io, role);
    socket.set_auto_pong(false);
    // One future for all of it: one that is dropped halfway loses its place.
    let mut frame = pin!(async {
        let frame = socket.read_frame().await?;
        // What it gives may be borrowed from the socket.
        drop::<Payload<'_>>(frame.payload);
        Ok::<_, WebSocketError>(())
    });
    let mut context = Context::from_waker(Waker::noop());
    feed(bytes, |byte| {
        stream.feed(byte);
        match frame.as_mut().poll(&mut context) {
            Poll::Pending => None,
            Poll::Ready(outcome) => Some(outcome.is_ok()),
        }
    })
}
