//! Who reads.

use std::cell::RefCell;
use std::io::{self, Write};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use connection::{Config, Connection, Event, Role};
use fastwebsockets::FragmentCollector;
use frames::Decoder;
use futures_util::FutureExt;
use messages::{Assembler, Limits};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite_0_30::tungstenite::{self, WebSocket, protocol};

/// Reads frames, and says how many messages came of them.
pub(crate) type Read = Box<dyn FnMut(&[u8]) -> usize>;

/// A reader's name, and how it is made.
pub(crate) type Reader = (&'static str, fn() -> Read);

/// All readers; the first one is what the others are compared with.
pub(crate) const READERS: [Reader; 7] = [
    ("tungstenite 0.30", tungstenite),
    ("fastwebsockets 0.10", fastwebsockets),
    ("ours: the frames alone", frames),
    ("ours: frames and messages", messages),
    ("ours: the whole connection", connection),
    ("ours: from a stream", reader),
    ("ours: and back to it", echo),
];

/// What has come and was not read yet, as a stream would have it.
#[derive(Default)]
struct Socket {
    bytes: Vec<u8>,
    read: usize,
    /// How many bytes were written.
    written: usize,
}

impl Socket {
    fn fill(&mut self, bytes: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.read = 0;
    }
}

impl io::Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&self.bytes[self.read..]).read(buffer)?;
        self.read += read;
        match read {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            _ => Ok(read),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same for a reader that keeps its stream to itself.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Socket>>);

impl AsyncRead for Shared {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let socket = &mut *self.0.borrow_mut();
        let left = &socket.bytes[socket.read..];
        let read = left.len().min(buffer.remaining());
        buffer.put_slice(&left[..read]);
        socket.read += read;
        match read {
            0 => Poll::Pending,
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Shared {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().written += buffer.len();
        Poll::Ready(Ok(buffer.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn tungstenite() -> Read {
    let role = protocol::Role::Server;
    let mut websocket = WebSocket::from_raw_socket(Socket::default(), role, None);
    Box::new(move |bytes| {
        websocket.get_mut().fill(bytes);
        let mut messages = 0;
        loop {
            match websocket.read() {
                Ok(tungstenite::Message::Binary(payload)) => {
                    messages += usize::from(payload.len() == 32)
                }
                // Nothing is left.
                _ => return messages,
            }
        }
    })
}

fn fastwebsockets() -> Read {
    let socket = Shared::default();
    let role = fastwebsockets::Role::Server;
    let websocket = fastwebsockets::WebSocket::after_handshake(socket.clone(), role);
    let mut websocket = FragmentCollector::new(websocket);
    Box::new(move |bytes| {
        socket.0.borrow_mut().fill(bytes);
        let mut messages = 0;
        // Between two frames it may be dropped while it waits.
        while let Some(Ok(frame)) = websocket.read_frame().now_or_never() {
            messages += usize::from(frame.payload.len() == 32);
        }
        messages
    })
}

/// As a driver does: what is read is copied from the system once, and then stays there.
fn in_place(mut take: impl FnMut(&mut [u8]) -> usize + 'static) -> Read {
    let mut buffer = vec![0; 64 * 1024];
    Box::new(move |bytes| {
        let input = &mut buffer[..bytes.len()];
        input.copy_from_slice(bytes);
        take(input)
    })
}

fn frames() -> Read {
    let mut decoder = Decoder::new(Role::Server);
    in_place(move |mut input| {
        let mut frames = 0;
        while let Ok(Some(part)) = decoder.decode(&mut input) {
            frames += usize::from(part.payload.len() == 32);
        }
        frames
    })
}

fn messages() -> Read {
    let mut decoder = Decoder::new(Role::Server);
    let mut assembler = Assembler::new(Limits::default());
    in_place(move |mut input| {
        let mut messages = 0;
        while let Ok(Some(part)) = decoder.decode(&mut input) {
            match assembler.receive(part) {
                Ok(Some(messages::Received::Message(messages::Message::Binary(
                    payload,
                )))) => messages += usize::from(payload.len() == 32),
                _ => return messages,
            }
        }
        messages
    })
}

fn connection() -> Read {
    let mut connection = Connection::new(Role::Server, Config::default());
    in_place(move |mut input| {
        let mut messages = 0;
        while let Some(event) = connection.receive(&mut input) {
            if let Event::Message(connection::Message::Binary(payload)) = event {
                messages += usize::from(payload.len() == 32);
            }
        }
        messages
    })
}

fn reader() -> Read {
    let socket = Shared::default();
    let (mut reader, writer) = open(&socket).split();
    Box::new(move |bytes| {
        // The stream is closed when both halves are dropped.
        let _ = &writer;
        socket.0.borrow_mut().fill(bytes);
        let mut messages = 0;
        while let Some(event) = reader.read().now_or_never() {
            if let Some(Event::Message(connection::Message::Binary(payload))) = event {
                messages += usize::from(payload.len() == 32);
            }
        }
        messages
    })
}

fn echo() -> Read {
    let socket = Shared::default();
    let mut echo = Box::pin(connection::echo(open(&socket)));
    let written = 34;
    Box::new(move |bytes| {
        socket.0.borrow_mut().fill(bytes);
        let _ = echo.as_mut().now_or_never();
        std::mem::take(&mut socket.0.borrow_mut().written) / written
    })
}

fn open(socket: &Shared) -> connection::WebSocket<Shared> {
    let connection = Connection::new(Role::Server, Config::default());
    connection::WebSocket::new(socket.clone(), connection, Vec::new())
}
