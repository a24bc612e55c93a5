//! One connection of the load, which does as little as it can: it counts frames.

use std::io;
use std::net::SocketAddr;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::Speech;
use crate::server::Server;

/// Counts the frames of a server in a stream that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    header: Vec<u8>,
    /// What is left of the payload.
    rest: u64,
}

impl Frames {
    /// How many frames end in these bytes.
    pub(crate) fn count(&mut self, mut bytes: &[u8]) -> usize {
        let mut frames = 0;
        while !bytes.is_empty() {
            if self.rest > 0 {
                let step = self.rest.min(bytes.len() as u64);
                self.rest -= step;
                bytes = &bytes[step as usize..];
                frames += usize::from(self.rest == 0);
                continue;
            }
            self.header.push(bytes[0]);
            bytes = &bytes[1..];
            let length = match self.header[..] {
                [_, length @ 0..=125] => u64::from(length),
                [_, 126, high, low] => u64::from(u16::from_be_bytes([high, low])),
                [_, 127, a, b, c, d, e, f, g, h] => {
                    u64::from_be_bytes([a, b, c, d, e, f, g, h])
                }
                _ => continue,
            };
            self.header.clear();
            self.rest = length;
            frames += usize::from(length == 0);
        }
        frames
    }
}

/// Opens a connection and passes the handshake. One that `stalls` has as small a buffer as
/// the system gives.
pub(crate) async fn connect(
    server: Server,
    address: SocketAddr,
    stalls: bool,
) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if stalls {
        socket.set_recv_buffer_size(4096)?;
    }
    let mut stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    let path = match server.speech() {
        Speech::Plain => "/websocket",
        Speech::Version1 => "/chat",
    };
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    // Byte by byte: what follows the head belongs to the frames.
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    if head.starts_with(b"HTTP/1.1 101 ") {
        return Ok(stream);
    }
    let head = String::from_utf8_lossy(&head);
    Err(io::Error::other(format!("no upgrade: {head}")))
}

/// What a client says to be in a room with this name, and how many frames it hears until it
/// is there.
pub(crate) fn entrance(server: Server, name: &str, room: &str) -> (Vec<u8>, usize) {
    match server.speech() {
        Speech::Plain => (text_frame(name), 1),
        Speech::Version1 => {
            let hello = json!({"type": "hello", "version": 1, "name": name});
            let join = json!({"type": "join", "room": room});
            let frames = [hello, join].map(|said| text_frame(&said.to_string()));
            (frames.concat(), 2)
        }
    }
}

/// What a client sends to say something.
pub(crate) fn post(server: Server, room: &str, text: &str) -> Vec<u8> {
    match server.speech() {
        Speech::Plain => text_frame(text),
        Speech::Version1 => {
            let say = json!({"type": "say", "room": room, "text": text});
            text_frame(&say.to_string())
        }
    }
}

/// A masked text of less than 64 KiB (RFC 6455 §5.2).
fn text_frame(text: &str) -> Vec<u8> {
    const MASKING_KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![0x81];
    match text.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
    }
    frame.extend(MASKING_KEY);
    let key = MASKING_KEY.iter().cycle();
    frame.extend(text.bytes().zip(key).map(|(byte, key)| byte ^ key));
    frame
}
