//! Those who do not behave.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use connection::{Config, Event, Message, WebSocket, connect};
use fastrand::Rng;
use handshake::Offer;
use history::protocol::ServerMessage;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

type Address = watch::Receiver<SocketAddr>;

const HELLO: &str = r#"{"type":"hello","version":2,"name":"<b>mallory</b>'); DROP--"}"#;

const JOIN: &str = r#"{"type":"join","room":"room-0"}"#;

/// What is said behind these two.
const TEXTS: [&str; 13] = [
    "",
    "{",
    "[]",
    "null",
    r#"{"type":"say","room":"room-0","text":"</li><script>alert(1)</script>","id":"x"}"#,
    r#"{"type":"say","room":"room-0","text":"'); DROP TABLE events;--","id":"x"}"#,
    r#"{"type":"say","room":"room-1","text":"not in it","id":"y"}"#,
    r#"{"type":"join","room":"../../etc/passwd"}"#,
    r#"{"type":"join","room":"room-0","after":18446744073709551615}"#,
    r#"{"type":"search","room":"room-0","query":"\" OR room:1 NEAR("}"#,
    r#"{"type":"edit","room":"room-0","seq":1,"text":"not mine","id":"z"}"#,
    r#"{"type":"delete","room":"room-0","seq":1,"id":"z"}"#,
    r#"{"type":"page","room":"room-0","before":9007199254740991,"limit":100}"#,
];

/// Says what it must not.
pub(crate) async fn misbehave(address: Address, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    loop {
        // Whatever becomes of it: the server is what is looked at.
        let _ = match rng.bool() {
            true => bad_bytes(&address, &mut rng).await,
            false => bad_texts(&address, &mut rng).await,
        };
        sleep(Duration::from_millis(rng.u64(5..100))).await;
    }
}

async fn bad_bytes(address: &Address, rng: &mut Rng) -> io::Result<()> {
    let address = *address.borrow();
    let mut io = TcpStream::connect(address).await?;
    if rng.bool() {
        let head = format!(
            "GET /chat HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        io.write_all(head.as_bytes()).await?;
    }
    let length = rng.usize(1..2000);
    let bytes: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(length).collect();
    io.write_all(&bytes).await
}

async fn bad_texts(address: &Address, rng: &mut Rng) -> io::Result<()> {
    let websocket = open(address).await?;
    let (mut reader, mut writer) = websocket.split();
    let long = "x".repeat(rng.usize(1..100_000));
    let count = rng.usize(1..20);
    let texts = std::iter::repeat_with(|| TEXTS[rng.usize(..TEXTS.len())]).take(count);
    for text in [HELLO, JOIN]
        .into_iter()
        .chain(texts)
        .chain([long.as_str()])
    {
        let sent = writer.feed(Message::Text(text.into())).await;
        sent.map_err(io::Error::other)?;
    }
    writer.flush().await.map_err(io::Error::other)?;
    // What comes of it is its own business.
    let listening = async { while reader.read().await.is_some() {} };
    let _ = timeout(Duration::from_millis(200), listening).await;
    Ok(())
}

async fn open(address: &Address) -> io::Result<WebSocket<TcpStream>> {
    let address = *address.borrow();
    let io = TcpStream::connect(address).await?;
    let url = format!("ws://{address}/chat").parse().expect("a URL");
    let opened = connect(io, Offer::new(&url), Config::default());
    let opened = timeout(Duration::from_secs(10), opened).await;
    let opened = opened.map_err(io::Error::other)?;
    Ok(opened.map_err(io::Error::other)?.0)
}

/// After all that, a hello is still answered.
pub(crate) async fn is_well(address: Address) -> io::Result<()> {
    let websocket = open(&address).await?;
    let (mut reader, mut writer) = websocket.split();
    let sent = writer.send(Message::Text(HELLO.into())).await;
    sent.map_err(io::Error::other)?;
    match reader.read().await {
        Some(Event::Message(Message::Text(text)))
            if matches!(
                ServerMessage::parse(&text),
                Ok(Some(ServerMessage::Welcome { .. }))
            ) =>
        {
            Ok(())
        }
        other => Err(io::Error::other(format!("a welcome, and not {other:?}"))),
    }
}
