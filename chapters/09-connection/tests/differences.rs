//! Where tungstenite 0.29.0, the version under axum 0.8.9, does otherwise.

mod common;

use std::io::{self, Cursor, Read, Write};

use common::{End, close, frame_to};
use connection::{CloseCode, Role};
use frames::Opcode;
use tungstenite::Message;
use tungstenite::protocol::{Role as TheirRole, WebSocket};

/// Bytes to read, and what was written.
#[derive(Debug)]
struct Wire {
    incoming: Cursor<Vec<u8>>,
    written: Vec<u8>,
}

impl Read for Wire {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.incoming.read(buf)
    }
}

impl Write for Wire {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.written.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn tungstenite_server(incoming: Vec<u8>) -> WebSocket<Wire> {
    let wire = Wire {
        incoming: Cursor::new(incoming),
        written: Vec::new(),
    };
    WebSocket::from_raw_socket(wire, TheirRole::Server, None)
}

fn read_all(server: &mut WebSocket<Wire>) {
    while server.read().is_ok() {}
    let _ = server.flush();
}

fn said(server: WebSocket<Wire>) -> Vec<String> {
    common::read_frames(Role::Server, server.into_inner().written)
}

/// §5.5.2: a ping is answered unless a Close has been *received*. tungstenite stops when one
/// has been *sent*.
#[test]
fn rfc6455_5_5_2_a_ping_behind_our_close_is_not_answered_by_tungstenite() {
    let bytes = [
        frame_to(Role::Server, true, Opcode::Ping, b"still?"),
        frame_to(Role::Server, true, Opcode::Close, &close(1000, "")),
    ];
    let mut server = tungstenite_server(bytes.concat());
    let frame = tungstenite::protocol::CloseFrame {
        code: 1000.into(),
        reason: "".into(),
    };
    server.close(Some(frame)).expect("it is open");
    read_all(&mut server);
    assert_eq!(said(server), ["close 1000"]);

    let mut ours = End::new(Role::Server);
    ours.connection
        .close(CloseCode::NORMAL, "")
        .expect("it is open");
    ours.hears_bytes(bytes.concat());
    assert_eq!(ours.says(), ["close 1000", "pong still?"]);
}

/// §7.1.7: who fails the connection SHOULD say so with a Close frame.
#[test]
fn rfc6455_7_1_7_a_failure_is_not_told_to_the_peer_by_tungstenite() {
    let bytes = frame_to(Role::Server, true, Opcode::Continuation, b"of nothing");
    let mut server = tungstenite_server(bytes.clone());
    read_all(&mut server);
    assert!(said(server).is_empty());

    let mut ours = End::new(Role::Server);
    ours.hears_bytes(bytes);
    assert_eq!(ours.says(), ["close 1002"]);
}

#[test]
fn a_message_is_the_same_for_both() {
    let bytes = frame_to(Role::Server, true, Opcode::Text, "ünï".as_bytes());
    let mut server = tungstenite_server(bytes.clone());
    let message = server.read().expect("a message");
    assert_eq!(message, Message::text("ünï"));
    assert_eq!(End::new(Role::Server).hears_bytes(bytes), ["text ünï"]);
}
