//! The page's figures: what is on the wire of a reader that looks away, and the limits.

use std::sync::Arc;
use std::time::Duration;

use backpressure::{Capacity, Hub, Limits, MAX_HEAD, Outbox, Policy, converse};
use chat::protocol::{Name, Room, Text};
use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use serde_json::{Value, json};
use tokio::io::{DuplexStream, duplex};
use tokio::time::sleep;
use wiretap::{Entry, Recorder, Side, harness};

/// Room for three frames, and a connection that keeps none.
fn limits() -> Limits {
    Limits {
        outbox: Capacity {
            frames: 3,
            bytes: 1 << 20,
        },
        policy: Policy::DropOldest,
        connection: Config {
            max_output: 1,
            ..Config::default()
        },
        ..Limits::default()
    }
}

/// Reads so many messages, and notes them.
async fn read(reader: &mut Reader<DuplexStream>, recorder: &Recorder, count: usize) {
    for _ in 0..count {
        match reader.read().await {
            Some(Event::Message(Message::Text(text))) => {
                recorder.note(Side::Client, in_short(&text));
            }
            other => panic!("a message is expected, and not {other:?}"),
        }
    }
}

/// What a message is about.
fn in_short(text: &str) -> String {
    let message: Value = serde_json::from_str(text).expect("JSON");
    match message["type"].as_str().expect("a type") {
        "message" => format!("hears message {}", message["seq"]),
        "dropped" => format!("hears that {} are missing", message["count"]),
        kind => format!("hears {kind}"),
    }
}

/// A client and the server's conversation with it, on a network that carries no more than
/// 200 bytes until somebody reads.
async fn connected(
    hub: &Arc<Hub>,
    recorder: &Recorder,
) -> (Reader<DuplexStream>, Writer<DuplexStream>) {
    let (client, server) = duplex(200);
    let server = recorder.tap(server, Side::Server);
    let hub = Arc::clone(hub);
    tokio::spawn(async move {
        let policy = handshake::Policy::default();
        let decide = |request: &raw_http::RequestHead| policy.check(request);
        let config = limits().connection;
        let heads = raw_http::Limits::default();
        let accepted = connection::accept(server, &heads, decide, config).await;
        let (websocket, _terms) = accepted.expect("a handshake");
        let limits = Arc::new(limits());
        converse(websocket, hub, limits, std::future::pending()).await;
    });
    let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
    let heads = raw_http::Limits::default();
    let nonce = *b"the sample nonce";
    let opened = handshake::connect(client, &heads, offer, nonce).await;
    let Opened { io, rest, .. } = opened.expect("a handshake");
    let config = Config {
        masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
        ..Config::default()
    };
    let connection = Connection::new(Role::Client, config);
    WebSocket::new(io, connection, rest).split()
}

async fn looks_away(recorder: &Recorder) {
    let hub = Hub::new();
    let (mut reader, mut writer) = connected(&hub, recorder).await;
    recorder.note(Side::Client, "enters the room");
    for said in [
        r#"{"type":"hello","version":1,"name":"Carl"}"#,
        r#"{"type":"join","room":"tea"}"#,
    ] {
        writer.send(Message::Text(said.into())).await.expect("open");
        read(&mut reader, recorder, 1).await;
    }
    let unread = Arc::new(Outbox::new(limits().outbox, Policy::DropOldest));
    let name = Name::new("Ann").expect("a name");
    let ann = hub.join(Room::new("tea").expect("a room"), name, &unread);
    read(&mut reader, recorder, 1).await;
    recorder.note(Side::Client, "reads no more");
    for number in 1..=10 {
        sleep(Duration::from_secs(1)).await;
        let text = format!("message {number}");
        ann.say(Text::new(&text).expect("a text"), None);
    }
    recorder.note(Side::Client, "reads again");
    // Three were on their way; then the notice, and the three that waited.
    read(&mut reader, recorder, 7).await;
}

#[test]
fn a_reader_that_looks_away() {
    let transcript = harness::run("ten seconds of looking away", async {
        let recorder = Recorder::new("Carl looks away for ten seconds");
        looks_away(&recorder).await;
        recorder.transcript()
    });
    let mut transcript = transcript;
    // The handshake is chapter 6's.
    let enters = |entry: &Entry| entry.label == "enters the room";
    let begin = transcript.entries.iter().position(enters);
    transcript.entries.drain(..begin.expect("a note"));
    insta::assert_snapshot!("a_reader_that_looks_away", transcript.to_json());
}

/// A limit: of what, how much, and what comes of more.
fn limit(what: &str, how_much: String, then: &str) -> Value {
    json!([what, how_much, then])
}

fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes / 1024)
}

/// As the page's text has it: 16,384.
fn thousands(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs())
}

/// Of whoever talks.
fn limits_of_a_talk(limits: &Limits) -> Vec<Value> {
    let message = limits.connection.limits.max_message;
    let rate = limits.rate;
    let each_second = Duration::from_secs(1).as_millis() / rate.interval.as_millis();
    let rate = format!("{} at once, {each_second} a second", rate.burst);
    let refused = limits.patience.to_string();
    let rooms = limits.rooms.to_string();
    let Capacity { frames, bytes } = limits.outbox;
    let waits = format!("{} and {}", thousands(frames), kib(bytes));
    let too_large = "close 1009, when its header has come";
    vec![
        limit("a message", kib(message), too_large),
        limit(
            "messages and pings of a connection",
            rate,
            "`error`, `rate`, with the message's `id`",
        ),
        limit("refused in a row", refused, "close 1008"),
        limit("rooms of a connection", rooms, "`error`, `too_many_rooms`"),
        limit("frames that wait", waits, "the policy"),
    ]
}

/// Of whoever has a connection.
fn limits_of_a_connection(limits: &Limits) -> Vec<Value> {
    let handshake = seconds(limits.handshake);
    let answer = seconds(limits.answer);
    let address = limits.connections_per_address.to_string();
    let refusals = limits.refusals.to_string();
    let connections = thousands(limits.connections);
    let closed = "the connection is closed";
    vec![
        limit("until the head has come", handshake.clone(), closed),
        limit("from there to `hello`", handshake, "close 4001"),
        limit("a head", kib(MAX_HEAD), "431"),
        limit("an answer of which nothing is taken", answer, closed),
        limit("connections of one address", address, "429, and the end"),
        limit("that are told 429 at a time", refusals, "no answer"),
        limit("connections", connections, "more wait to be accepted"),
    ]
}

#[test]
fn the_limits() {
    let limits = Limits::default();
    let rows = [limits_of_a_talk(&limits), limits_of_a_connection(&limits)];
    let table = json!({
        "caption": "What a connection may have",
        "columns": ["of what", "how much", "and then"],
        "rows": rows.concat(),
        "note": "`Limits::default()`; each has a test that goes beyond it",
    });
    insta::assert_snapshot!("limits", format!("{table:#}"));
}
