//! The load: connections that send the same frames over and over and count the bytes that
//! come back. It is the same for every server, and does as little as it can: frames are
//! encoded once, and answers are compared once.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::peers::{Peer, REQUEST};

/// What a client says, and what it must hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Binary,
    /// Words of several scripts, of one to four bytes a character.
    Text,
}

/// What kind of message, and of how many bytes: `32`, or `text:32`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message {
    pub(crate) kind: Kind,
    pub(crate) size: usize,
}

impl FromStr for Message {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, size) = match text.strip_prefix("text:") {
            Some(size) => (Kind::Text, size),
            None => (Kind::Binary, text),
        };
        let size = size.parse()?;
        Ok(Self { kind, size })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            size @ 1024.. => write!(f, "{} KiB", size / 1024)?,
            size => write!(f, "{size} B")?,
        }
        match self.kind {
            Kind::Binary => Ok(()),
            Kind::Text => f.write_str(" of text"),
        }
    }
}

/// A message, sent so many times before the answers are awaited.
#[derive(Clone)]
pub(crate) struct Batch {
    request: Arc<[u8]>,
    answer: Arc<[u8]>,
    messages: usize,
}

/// No key is easier for a server than another.
const MASKING_KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

impl Batch {
    pub(crate) fn new(peer: Peer, message: Message, messages: usize) -> Self {
        let Message { kind, size } = message;
        let payload = match kind {
            Kind::Binary => (0..size).map(|n| (n * 31 % 251) as u8).collect(),
            Kind::Text => mixed_text(size).into_bytes(),
        };
        let request = frame(kind, &payload, Some(MASKING_KEY));
        let answer = match peer {
            Peer::BareTcp => request.clone(),
            _ => frame(kind, &payload, None),
        };
        Self {
            request: request.repeat(messages).into(),
            answer: answer.repeat(messages).into(),
            messages,
        }
    }
}

/// One unfragmented frame, RFC 6455 §5.2.
fn frame(kind: Kind, payload: &[u8], masking_key: Option<[u8; 4]>) -> Vec<u8> {
    let opcode = match kind {
        Kind::Text => 0x1,
        Kind::Binary => 0x2,
    };
    let mask = if masking_key.is_some() { 0x80 } else { 0 };
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        length @ 0..=125 => frame.push(mask | length as u8),
        length @ 126..=0xffff => {
            frame.push(mask | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(mask | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    match masking_key {
        None => frame.extend(payload),
        Some(key) => {
            frame.extend(key);
            let key = key.iter().cycle();
            frame.extend(payload.iter().zip(key).map(|(byte, key)| byte ^ key));
        }
    }
    frame
}

fn mixed_text(size: usize) -> String {
    let words = "Grüße, κόσμε, и привет, 世界にこんにちは, hello there 🦀 ";
    let mut text = words.repeat(size / words.len() + 1);
    text.truncate(text.floor_char_boundary(size));
    let missing = size - text.len();
    text + &".".repeat(missing)
}

/// Connections to one server, open and ready.
pub(crate) struct Load {
    connections: Vec<TcpStream>,
    batch: Batch,
}

impl Load {
    /// Opens the connections, and sees to it that the first answer on each is right.
    pub(crate) async fn open(
        server: SocketAddr,
        connections: usize,
        batch: Batch,
    ) -> io::Result<Self> {
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(connect(server).await?);
        }
        let mut load = Self {
            connections: open,
            batch,
        };
        for connection in &mut load.connections {
            // Both at once: what is sent may be more than a server takes before it is
            // read from.
            let mut heard = vec![0; load.batch.answer.len()];
            let (mut from, mut to) = connection.split();
            tokio::try_join!(
                to.write_all(&load.batch.request),
                from.read_exact(&mut heard)
            )?;
            if heard != *load.batch.answer {
                return Err(io::Error::other("the server answers something else"));
            }
        }
        Ok(load)
    }

    /// Keeps every connection busy for that long, and gives the number of messages that
    /// went there and back.
    pub(crate) async fn run(&mut self, time: Duration) -> io::Result<usize> {
        let end = Instant::now() + time;
        let mut busy = JoinSet::new();
        for mut connection in self.connections.drain(..) {
            let batch = self.batch.clone();
            busy.spawn(async move {
                let mut batches = 0;
                while Instant::now() < end {
                    exchange(&mut connection, &batch).await?;
                    batches += 1;
                }
                io::Result::Ok((connection, batches))
            });
        }
        let mut messages = 0;
        while let Some(ended) = busy.join_next().await {
            let (connection, batches) = ended??;
            self.connections.push(connection);
            messages += batches * self.batch.messages;
        }
        Ok(messages)
    }
}

/// Opens a connection and passes the handshake.
pub(crate) async fn connect(server: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    stream.write_all(REQUEST.as_bytes()).await?;
    let mut head = Vec::new();
    // Byte by byte: what follows the head belongs to the frames.
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    if head.starts_with(b"HTTP/1.1 101 ") {
        Ok(stream)
    } else {
        let head = String::from_utf8_lossy(&head);
        Err(io::Error::other(format!("no upgrade: {head}")))
    }
}

/// Sends a batch and awaits its answers.
pub(crate) async fn exchange(stream: &mut TcpStream, batch: &Batch) -> io::Result<()> {
    let mut unsent = &batch.request[..];
    let mut unread = batch.answer.len();
    loop {
        while !unsent.is_empty() {
            match stream.try_write(unsent) {
                Ok(written) => unsent = &unsent[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        unread = take(stream, unread)?;
        if unread == 0 {
            return Ok(());
        }
        let interest = match unsent {
            [] => Interest::READABLE,
            _ => Interest::READABLE | Interest::WRITABLE,
        };
        stream.ready(interest).await?;
    }
}

/// Reads what there is, and forgets it.
fn take(stream: &TcpStream, mut unread: usize) -> io::Result<usize> {
    thread_local! {
        static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; 128 * 1024]);
    }
    SCRATCH.with_borrow_mut(|scratch| {
        while unread > 0 {
            let room = unread.min(scratch.len());
            match stream.try_read(&mut scratch[..room]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => unread -= read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(unread)
    })
}

/// Lets this process open as many connections as the system's hard limit allows, and
/// gives their number.
#[cfg(unix)]
pub(crate) fn allow_connections() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, raised).ok()?;
    maximum
}

#[cfg(not(unix))]
pub(crate) fn allow_connections() -> Option<u64> {
    None
}
