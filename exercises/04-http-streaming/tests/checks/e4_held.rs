//! The stream is played behind a proxy, and compared with the prediction.

use std::cmp::Ordering;
use std::time::Duration;

use http_streaming::{EventStream, Message, handler, serve};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use tokio::time::{Instant, sleep_until};
use wiretap::verdict::{self, Rule};
use wiretap::{Entry, FaultProxy, Faults, Link, Part, Recorder, harness};

use crate::subject::e4_held::prediction;

const HEX: Rule = Rule::new("RFC 9112 §7.1", "The size of a chunk is written in hex.");
const FRAME: Rule = Rule::new(
    "RFC 9112 §7.1",
    "A chunk is a size line, the data, and a line end; each line end has two bytes.",
);
const GATHERS: Rule = Rule::new(
    "chapter 4",
    "A proxy that gathers passes nothing on until it has enough, and then all of it.",
);

/// What the client's side of the proxy shows, and when each event is delivered.
struct Played {
    first_chunk: Entry,
    delivered_ms: Vec<u64>,
}

fn play() -> Played {
    harness::run("a stream behind a proxy that gathers", async {
        let recorder = Recorder::new("the client's side");
        let half = Link::new().rtt(Duration::from_millis(50));
        let (dialer, front) = half.network(&recorder);
        let (back, listener) = half.network(&Recorder::new("the server's side"));
        let kept = 100.try_into().expect("it is not 0");
        let board = WaitingBoard::new(Board::new(kept).into(), 0);
        let never = Duration::from_secs(3600);
        let handler = handler(board.clone(), never);
        let forever = std::future::pending();
        tokio::spawn(serve(listener, handler, Config::default(), forever));
        let proxy = FaultProxy::new(Faults {
            hold: Some(256),
            ..Faults::default()
        });
        tokio::spawn(async move { proxy.run(front, back).await });
        let start = Instant::now();
        tokio::spawn(async move {
            for n in 1..=20 {
                sleep_until(start + Duration::from_secs(n)).await;
                board.append(format!("tick {n}"));
            }
        });
        let stream = EventStream::follow(&dialer, "board.test", Some(0), never).await;
        let mut stream = stream.expect("a stream");
        let mut delivered_ms = Vec::new();
        while delivered_ms.len() < 12 {
            let message = stream.next().await.expect("it goes on");
            assert!(matches!(message, Some(Message::Event(_))), "{message:?}");
            let now = start.elapsed().as_millis();
            delivered_ms.push(u64::try_from(now).expect("it is not that late"));
        }
        let mut entries = recorder.transcript().entries.into_iter();
        let first_chunk = entries.find(|entry| entry.part == Part::Chunk);
        Played {
            first_chunk: first_chunk.expect("there are chunks"),
            delivered_ms,
        }
    })
}

/// Tells in which direction a prediction is wrong, and not what it should have been: then
/// there would be nothing left to predict.
#[track_caller]
fn compare(rule: Rule, played: u64, yours: u64, [less, more]: [&str; 2]) {
    let direction = match played.cmp(&yours) {
        Ordering::Less => less,
        Ordering::Equal => return,
        Ordering::Greater => more,
    };
    verdict::fail(
        rule,
        format!("yours  {yours}\n\nPlayed, it is {direction}."),
    );
}

#[test]
fn the_size_of_the_first_chunk() {
    // RFC 9112 §7.1 takes either case; this server writes the small letters.
    let yours = prediction().size.to_ascii_lowercase();
    let yours = yours.as_str();
    let why = "That is decimal. The line has 26 bytes, its line end included.";
    verdict::mistake(HEX, "26", yours, why);
    verdict::mistake(
        HEX,
        "25",
        yours,
        "That is decimal, and the line end is data too.",
    );
    verdict::mistake(
        HEX,
        "19",
        yours,
        "The line end `\\n` is a byte of the data too.",
    );
    let why = "The digits stand alone: nothing says before them that they are hex.";
    verdict::mistake(HEX, "0x1a", yours, why);
    let line = &play().first_chunk.content.lines[0];
    let size = line.strip_suffix("\\r\\n").expect("a size line");
    if size != yours {
        let why =
            "It is the number of the bytes of the line, its `\\n` included, in hex.";
        verdict::fail(HEX, format!("yours  {yours}\n\n{why}"));
    }
}

#[test]
fn the_bytes_of_a_chunk() {
    let yours = prediction().chunk_bytes;
    verdict::mistake(FRAME, 26, yours, "That is its data. What stands around it?");
    let why = "The line end after the data has two bytes as well.";
    verdict::mistake(FRAME, 30, yours, why);
    compare(FRAME, play().first_chunk.length, yours, ["fewer", "more"]);
}

#[test]
fn when_the_first_event_arrives() {
    let yours = prediction().event_1_arrives_ms;
    let why = "So it would be without the proxy.";
    verdict::mistake(GATHERS, 1050, yours, why);
    let why = "The head is gathered too: with its 150 bytes, less is needed.";
    verdict::mistake(GATHERS, 8050, yours, why);
    let why = "From the proxy to the client it takes 25 ms more.";
    verdict::mistake(GATHERS, 4025, yours, why);
    verdict::mistake(GATHERS, 4000, yours, "The bytes still have to travel.");
    compare(GATHERS, play().delivered_ms[0], yours, ["earlier", "later"]);
}

#[test]
fn how_many_arrive_with_it() {
    let delivered = play().delivered_ms;
    let together = delivered.iter().filter(|at| **at == delivered[0]).count();
    let yours = prediction().arrive_with_it;
    let why = "All that was gathered passes, and not only the first event.";
    verdict::mistake(GATHERS, 1, yours, why);
    compare(GATHERS, together as u64, yours, ["fewer", "more"]);
}

#[test]
fn when_the_fifth_event_arrives() {
    let yours = prediction().event_5_arrives_ms;
    let why = "The proxy does not stay open: it gathers anew.";
    verdict::mistake(GATHERS, 5050, yours, why);
    let why = "There is no head any more: now it takes 256 bytes of chunks.";
    verdict::mistake(GATHERS, 8050, yours, why);
    compare(GATHERS, play().delivered_ms[4], yours, ["earlier", "later"]);
}
