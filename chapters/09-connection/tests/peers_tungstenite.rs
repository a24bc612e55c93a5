//! tungstenite 0.30 in both roles.

#[path = "peers/mod.rs"]
mod peers;

use futures_util::{SinkExt as _, StreamExt as _};
use peers::{ENDS, Ours, runtime, try_everything};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite_0_30 as tokio_tungstenite;

type Socket = WebSocketStream<TcpStream>;

fn close(code: u16, reason: &'static str) -> Message {
    let (code, reason) = (code.into(), reason.into());
    Message::Close(Some(CloseFrame { code, reason }))
}

/// `ab` and `c`, in two frames of one message.
fn fragments() -> [Message; 2] {
    let frame = |text, opcode, fin| {
        Message::Frame(Frame::message(text, OpCode::Data(opcode), fin))
    };
    [
        frame("ab", Data::Text, false),
        frame("c", Data::Continue, true),
    ]
}

/// What the other side said at the end; 1006 when nothing.
async fn told_at_the_end(socket: &mut Socket) -> String {
    let mut end = "1006".to_owned();
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(Some(frame)) = message {
            end = format!("{} {}", u16::from(frame.code), frame.reason);
        }
    }
    end
}

async fn open_to(ours: &Ours) -> Socket {
    let io = TcpStream::connect(ours.address).await.expect("it listens");
    let opened = tokio_tungstenite::client_async(ours.url(), io).await;
    opened.expect("a handshake").0
}

async fn next(socket: &mut Socket) -> Message {
    socket.next().await.expect("a message").expect("a frame")
}

/// Everything but the mistakes, and a close.
async fn behave(ours: &Ours) {
    let mut socket = open_to(ours).await;
    for message in [
        Message::text("héllo 🦀"),
        Message::binary(&[0u8, 255, 128][..]),
        Message::binary(vec![7; 1 << 20]),
    ] {
        socket.send(message.clone()).await.expect("sent");
        assert!(next(&mut socket).await == message);
    }
    for fragment in fragments() {
        socket.send(fragment).await.expect("sent");
    }
    assert_eq!(next(&mut socket).await, Message::text("abc"));
    let hi = Bytes::from_static(b"hi");
    socket.send(Message::Ping(hi.clone())).await.expect("sent");
    assert_eq!(next(&mut socket).await, Message::Pong(hi));
    socket.send(Message::text("ping me")).await.expect("sent");
    let ping = Message::Ping(Bytes::from_static(b"are you there"));
    assert_eq!(next(&mut socket).await, ping);
    let answer = next(&mut socket).await;
    assert_eq!(answer, Message::text("pong: are you there"));
    socket.send(close(4000, "bye")).await.expect("sent");
    assert_eq!(told_at_the_end(&mut socket).await, "4000 ");
}

#[test]
fn peer_tungstenite_is_a_client() {
    let ours = Ours::start();
    runtime().block_on(async {
        behave(&ours).await;
        let mut socket = open_to(&ours).await;
        socket.send(Message::text("close me")).await.expect("sent");
        assert_eq!(told_at_the_end(&mut socket).await, "4001 done");
        // An opcode that is reserved; and a text that is not UTF-8. Both masked.
        for (frame, code) in [
            (&b"\x83\x80\0\0\0\0"[..], "1002"),
            (b"\x81\x81\0\0\0\0\xff", "1007"),
        ] {
            let mut socket = open_to(&ours).await;
            raw(&mut socket, frame).await;
            let end = told_at_the_end(&mut socket).await;
            assert!(end.starts_with(code), "{end}");
        }
    });
    assert_eq!(ours.ends(ENDS.len()), ENDS);
}

/// Does what our client tells it; gives how the connection ended.
async fn obey(io: TcpStream) -> String {
    let accepted = tokio_tungstenite::accept_async(io).await;
    let mut socket = accepted.expect("our request");
    let mut end = "1006".to_owned();
    while let Some(Ok(message)) = socket.next().await {
        match &message {
            Message::Text(text) if *text == "stop" => return "stop".to_owned(),
            Message::Text(text) if *text == "bad" => raw(&mut socket, b"\x83\0").await,
            Message::Text(text) if *text == "utf-8" => {
                raw(&mut socket, b"\x81\x01\xff").await;
            }
            Message::Close(Some(frame)) => {
                end = format!("{} {}", u16::from(frame.code), frame.reason);
            }
            _ => {
                for answer in answers(message) {
                    socket.send(answer).await.expect("sent");
                }
            }
        }
    }
    end
}

async fn raw(socket: &mut Socket, bytes: &[u8]) {
    socket.get_mut().write_all(bytes).await.expect("sent");
}

fn answers(message: Message) -> Vec<Message> {
    match &message {
        Message::Text(text) => match &text[..] {
            "close me" => vec![close(4001, "done")],
            "ping me" => vec![Message::Ping(Bytes::from_static(b"are you there"))],
            "fragments" => fragments().into(),
            _ => vec![message],
        },
        Message::Binary(_) => vec![message],
        Message::Pong(payload) if payload[..] == *b"are you there" => {
            vec![Message::text("pong: are you there")]
        }
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {
            Vec::new()
        }
    }
}

#[test]
fn peer_tungstenite_is_a_server() {
    let runtime = runtime();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = runtime.spawn(async move {
        let mut ends = Vec::new();
        // One after the other, as our client opens them.
        loop {
            let (io, _) = listener.accept().await.expect("a client");
            match obey(io).await {
                end if end == "stop" => return ends,
                end => ends.push(end),
            }
        }
    });
    let ours = std::thread::spawn(move || try_everything(address));
    ours.join().expect("everything works");
    let ends = runtime.block_on(server).expect("no panic");
    for (end, code) in ends.iter().zip(peers::CODES) {
        assert!(end.starts_with(code), "{ends:?}");
    }
    assert_eq!(ends.len(), peers::CODES.len(), "{ends:?}");
}
