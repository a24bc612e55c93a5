//! What the chapter's page shows: recorded here, drawn there.

use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Cut, Dial, Ledger, Link, Listen, Recorder, Transcript, harness};

const REQUEST: &[u8] = b"GET /hello HTTP/1.1\r\nHost: wire.test\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nhello, reader\n";

/// Records a transcript or a table for the page.
macro_rules! for_the_page {
    ($name:literal, $content:expr) => {
        insta::with_settings!(
            { prepend_module_to_snapshot => false, omit_expression => true },
            { insta::assert_snapshot!($name, $content) }
        )
    };
}

/// A client asks, a server answers.
async fn one_request(recorder: &Recorder) -> io::Result<()> {
    let link = Link::new().rtt(Duration::from_millis(100));
    let (dialer, mut listener) = link.network(recorder);
    let server = tokio::spawn(async move {
        let mut stream = listener.accept().await?;
        stream.read_exact(&mut [0; REQUEST.len()]).await?;
        stream.write_all(ANSWER).await
    });
    let mut stream = dialer.dial().await?;
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    server.await?
}

fn record_one_request() -> Transcript {
    harness::run("one request", async {
        let recorder =
            Recorder::new("One request and its answer, 100 ms there and back");
        one_request(&recorder)
            .await
            .expect("nothing breaks this link");
        recorder.transcript()
    })
}

#[test]
fn one_request_and_its_answer() {
    for_the_page!("one_request", record_one_request().to_json());
}

#[test]
fn time_is_exact() {
    let [first, second] = [record_one_request(), record_one_request()];
    assert_eq!(first.to_json(), second.to_json());
}

#[test]
fn the_same_as_text() {
    for_the_page!("one_request_text", record_one_request());
}

#[test]
fn what_it_cost() {
    let ledger = Ledger::of(&record_one_request());
    let table = json!({
        "caption": "The ledger of one request",
        "columns": ["Counted", "Value"],
        "rows": [
            ["connections", ledger.connections.to_string()],
            ["requests", ledger.requests.to_string()],
            ["bytes of request heads", ledger.request_head_bytes.to_string()],
            ["bytes of response heads", ledger.response_head_bytes.to_string()],
            ["all other bytes", ledger.payload_bytes.to_string()],
        ],
        "note": "Counted by `Ledger::of` from the transcript above.",
    });
    for_the_page!("ledger", format!("{table:#}"));
}

/// How many bytes each read gives when two writes of 20 bytes cross a link.
async fn sizes_of_reads(link: Link) -> io::Result<Vec<usize>> {
    let (mut client, mut server) = link.pair(&Recorder::new("two writes"));
    client.write_all(b"the first twenty byt").await?;
    client.write_all(b"es and twenty more. ").await?;
    drop(client);
    let mut sizes = Vec::new();
    loop {
        match server.read(&mut [0; 1024]).await? {
            0 => return Ok(sizes),
            n => sizes.push(n),
        }
    }
}

#[test]
fn one_stream_cut_in_four_ways() {
    let rows: Vec<_> = [Cut::AsWritten, Cut::Coalesced, Cut::Random, Cut::EachByte]
        .into_iter()
        .map(|cut| {
            let link = Link::new().cut(cut).seed(6455);
            let sizes = harness::run("two writes", sizes_of_reads(link)).unwrap();
            assert_eq!(sizes.iter().sum::<usize>(), 40);
            let shown: Vec<String> =
                sizes.iter().take(8).map(usize::to_string).collect();
            let more = if sizes.len() > 8 { ", …" } else { "" };
            [
                format!("{cut:?}"),
                sizes.len().to_string(),
                shown.join(", ") + more,
            ]
        })
        .collect();
    let table = json!({
        "caption": "Two writes of 20 bytes, read in four ways",
        "columns": ["Cut", "Reads", "Bytes in each read"],
        "rows": rows,
        "note": "The 40 bytes are the same each time; seed 6455.",
    });
    for_the_page!("cuts", format!("{table:#}"));
}

#[test]
fn a_megabyte_and_some_bytes_that_are_no_text() {
    let transcript = harness::run("a long body and a binary one", async {
        let recorder =
            Recorder::new("A body of 1,000,000 bytes, and one that is not text");
        let link = Link::new()
            .rtt(Duration::from_millis(100))
            .bandwidth(1_000_000);
        let (mut client, mut server) = link.pair(&recorder);
        let long = "All work and no play. ".repeat(45_455);
        let bodies = [
            &long.as_bytes()[..1_000_000],
            &[0x89, b'P', b'N', b'G', 0xff, 0x00],
        ];
        for body in bodies.map(<[u8]>::to_vec) {
            client.write_all(REQUEST).await.unwrap();
            server.read_exact(&mut [0; REQUEST.len()]).await.unwrap();
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            let answer = [head.as_bytes(), &body].concat();
            let mut received = vec![0; answer.len()];
            let (sent, got) = tokio::join!(
                server.write_all(&answer),
                client.read_exact(&mut received)
            );
            sent.and(got).unwrap();
        }
        recorder.transcript()
    });
    for_the_page!("long_and_binary", transcript.to_json());
}
