//! The figures of the page, and what they must show.

use std::time::Duration;

use connection::{
    CloseCode, Config, Connection, Event, Message, Reader, Role, WebSocket, Writer,
    accept, echo,
};
use frames::MaskingKey;
use handshake::{Offer, Opened, Policy};
use raw_http::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;
use wiretap::{Link, LinkStream, Part, Recorder, Side, Transcript, harness};

const RTT: Duration = Duration::from_millis(100);

type Halves = (Reader<LinkStream>, Writer<LinkStream>);

/// A stream on which the handshake is done, at both ends. The nonce is the RFC's (§1.3).
async fn opened(recorder: &Recorder) -> (LinkStream, WebSocket<LinkStream>) {
    let (near, far) = Link::new().rtt(RTT).pair(recorder);
    let limits = Limits::default();
    let server = tokio::spawn(async move {
        let decide = |request: &raw_http::RequestHead| Policy::default().check(request);
        let accepted = accept(far, &limits, decide, Config::default()).await;
        accepted.expect("a handshake").0
    });
    let offer = Offer::new(&"ws://echo.test/".parse().expect("a URL"));
    let nonce = *b"the sample nonce";
    let opened = handshake::connect(near, &Limits::default(), offer, nonce).await;
    let Opened { io, .. } = opened.expect("a handshake");
    (io, server.await.expect("no panic"))
}

/// A client whose keys are the same each time.
fn client(io: LinkStream) -> Halves {
    let config = Config {
        masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
        ..Config::default()
    };
    WebSocket::new(io, Connection::new(Role::Client, config), []).split()
}

/// Reads to the end, and notes how it came about, and who was told so.
async fn listen(mut reader: Reader<LinkStream>, side: Side, recorder: Recorder) {
    let who = match side {
        Side::Client => "the client",
        Side::Server => "the server",
    };
    while let Some(event) = reader.read().await {
        if let Event::Closed(closed) = event {
            recorder.note(side, format!("{who} is told: {closed}"));
        }
    }
}

/// Who sent these, and when, in milliseconds.
fn sent(transcript: &Transcript, part: Part, label: &str) -> Vec<(Side, u64)> {
    let entries = transcript.entries.iter();
    let those = entries.filter(|e| e.part == part && e.label.contains(label));
    those
        .map(|entry| (entry.from, entry.sent_us / 1000))
        .collect()
}

fn record(name: &str, transcript: &Transcript) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

#[test]
fn a_ping_a_message_and_a_goodbye() {
    let transcript = harness::run("a conversation", async {
        let recorder = Recorder::new("A ping, a message, and a goodbye");
        let (io, server) = opened(&recorder).await;
        let (reader, mut writer) = client(io);
        let serving = tokio::spawn(echo(server));
        let reading = tokio::spawn(listen(reader, Side::Client, recorder.clone()));
        writer.ping(b"there?").await.expect("it is open");
        writer.flush().await.expect("it is open");
        sleep(Duration::from_millis(150)).await;
        writer
            .send(Message::Text("Hello".into()))
            .await
            .expect("it is open");
        sleep(Duration::from_millis(150)).await;
        writer
            .close(CloseCode::NORMAL, "that is all")
            .expect("it is open");
        reading.await.expect("no panic");
        serving.await.expect("no panic");
        recorder.transcript()
    });
    let closes = sent(&transcript, Part::Frame, "close");
    assert_eq!(closes, [(Side::Client, 400), (Side::Server, 450)]);
    // §7.1.1: the server ends first.
    let ends = sent(&transcript, Part::End, "");
    assert_eq!(ends, [(Side::Server, 450), (Side::Client, 500)]);
    record("a_conversation", &transcript);
}

#[test]
fn both_say_goodbye_at_once() {
    let transcript = harness::run("two goodbyes", async {
        let recorder = Recorder::new("Both say goodbye at once");
        let (io, server) = opened(&recorder).await;
        let (reader, mut writer) = client(io);
        let (server_reader, mut server_writer) = server.split();
        let one = tokio::spawn(listen(reader, Side::Client, recorder.clone()));
        let two = tokio::spawn(listen(server_reader, Side::Server, recorder.clone()));
        sleep(Duration::from_millis(100)).await;
        writer.close(CloseCode::NORMAL, "done").expect("it is open");
        server_writer
            .close(CloseCode::GOING_AWAY, "")
            .expect("it is open");
        one.await.expect("no panic");
        two.await.expect("no panic");
        recorder.transcript()
    });
    let closes = sent(&transcript, Part::Frame, "close");
    assert_eq!(closes.len(), 2, "neither is answered");
    record("both_at_once", &transcript);
}

/// A text of 1,000 bytes is announced, and three come, of which the last is impossible. The
/// client does not read, and goes on.
#[test]
fn a_peer_that_breaks_a_rule_is_told_which() {
    let transcript = harness::run("a failure", async {
        let recorder = Recorder::new("A text that cannot become one");
        let (mut io, server) = opened(&recorder).await;
        let (reader, _writer) = server.split();
        let serving = tokio::spawn(listen(reader, Side::Server, recorder.clone()));
        io.write_all(b"\x81\xfe\x03\xe8\0\0\0\0hi\xff")
            .await
            .expect("it reads");
        let mut answer = [0; 4];
        io.read_exact(&mut answer).await.expect("a close");
        assert_eq!(answer, *b"\x88\x02\x03\xef", "1007");
        drop(io);
        serving.await.expect("no panic");
        recorder.transcript()
    });
    record("a_failure", &transcript);
}
