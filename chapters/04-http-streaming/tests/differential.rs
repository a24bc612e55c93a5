//! Our chunks and our decoder against others': `httparse` 1.10 reads size lines, hyper
//! 1.12 whole bodies. Where two differ is written down, with the reason.

#[path = "common/chunks.rs"]
mod chunks;
#[path = "common/stage.rs"]
mod stage;

use bytes::{Bytes, BytesMut};
use chunks::decode;
use http_body_util::{BodyExt as _, Empty};
use http_streaming::{
    Answer, ChunkError, ChunkLimits, Source, open, put_chunk, put_last_chunk,
};
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use raw_http::{Config, Headers, Request};
use stage::{Http, Stage, board};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiretap::{Cut, Dial as _, Link, Recorder, harness};

/// Pieces that are told one after the other.
struct Pieces(std::vec::IntoIter<Vec<u8>>);

impl Source for Pieces {
    async fn next(&mut self) -> Option<Bytes> {
        self.0.next().map(Bytes::from)
    }
}

/// A stage whose every answer is these pieces, cut on the way by this seed.
fn telling(http: Http, pieces: Vec<Vec<u8>>, seed: u64) -> Stage {
    let handler = move |_: Request| {
        let source = Pieces(pieces.clone().into_iter());
        async move { Answer::Stream(Headers::new(), source) }
    };
    let link = Link::new().cut(Cut::Random).seed(seed);
    Stage::serving(link, http, Config::default(), board(1), handler)
}

/// What hyper's client makes of the answer of a server.
async fn hyper_reads(dialer: &wiretap::LinkDialer) -> hyper::Result<Bytes> {
    let io = TokioIo::new(dialer.dial().await.expect("the server listens"));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
    tokio::spawn(connection);
    let request = hyper::Request::get("/").header("host", "x");
    let request = request.body(Empty::<Bytes>::new()).expect("a request");
    let response = sender.send_request(request).await?;
    Ok(response.into_body().collect().await?.to_bytes())
}

/// What our client makes of it.
async fn ours_reads(dialer: &wiretap::LinkDialer) -> Bytes {
    let mut answer = open(dialer, "x", "/").await.expect("an answer");
    answer.collect(1 << 20).await.expect("a whole body")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_client_reads_every_server(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..3000), 0..6),
        seed in any::<u64>(),
    ) {
        let body = pieces.concat();
        for http in [Http::ByHand, Http::Hyper] {
            let pieces = pieces.clone();
            let (hyper, ours) = harness::run("two clients of one server", async move {
                let stage = telling(http, pieces, seed);
                let hyper = hyper_reads(&stage.dialer).await.expect("a whole body");
                (hyper, ours_reads(&stage.dialer).await)
            });
            prop_assert!(hyper == body, "hyper's client of {http:?}");
            prop_assert!(ours == body, "our client of {http:?}");
        }
    }
}

proptest! {
    // A body is a few dozen bytes with up to three mistakes in it: thousands are a second.
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn hyper_and_ours_agree_on_what_is_a_body(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 0..4),
        mutations in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..4_u8, 0..12_usize), 1..4),
    ) {
        let mut bytes = BytesMut::new();
        chunks.iter().for_each(|chunk| put_chunk(chunk, &mut bytes));
        put_last_chunk(&Headers::new(), &mut bytes);
        let mut bytes = bytes.to_vec();
        for (place, kind, byte) in mutations {
            let at = place.index(bytes.len());
            let byte = b"\r\n0fF;: \t\x009x"[byte];
            match kind {
                0 => bytes.insert(at, byte),
                1 => bytes[at] = byte,
                2 => { bytes.remove(at); }
                _ => bytes.truncate(at),
            }
            if bytes.is_empty() { break; }
        }
        let ours = decode(&ChunkLimits::default(), [&bytes[..]]);
        let sent = bytes.clone();
        let theirs = harness::run("hyper reads a mutation", async move {
            said(sent).await
        });
        match (&ours.end, &theirs) {
            (Ok(_), Some(theirs)) => prop_assert_eq!(&ours.data, theirs),
            (Err(_), None) => {}
            (Err(error), Some(_)) if is_stricter_on_purpose(*error, &bytes) => {}
            differ => prop_assert!(false, "{differ:?}: {:?}", wiretap::escape(&bytes)),
        }
    }

    #[test]
    fn httparse_and_ours_agree_on_size_lines(
        line in "[0-9a-fA-F]{0,18}[ \t]{0,2}(;[ -~]{0,6})?[\r\nx]{0,3}",
    ) {
        let ours = decode(&ChunkLimits::default(), [line.as_bytes()]).end;
        let theirs = httparse::parse_chunk_size(line.as_bytes());
        match (ours, theirs) {
            // The line is right, and what follows it is none of httparse's business.
            (Err(ChunkError::Incomplete) | Ok(_), Ok(_)) => {}
            (Err(ChunkError::DataLineEnd | ChunkError::Trailers(_)), Ok(_)) => {}
            (Err(_), Err(_)) => {}
            // It counts leading zeros as digits, of which it takes sixteen.
            (_, Err(_)) if line.starts_with("0") => {}
            // Without a digit it reads a 0: see below.
            (Err(ChunkError::NoSize), Ok(_)) => {}
            (Err(error), Ok(_)) if is_stricter_on_purpose(error, line.as_bytes()) => {}
            differ => prop_assert!(false, "{differ:?}: {line:?}"),
        }
    }
}

/// A line that has no size is a mistake; httparse 1.10 takes it for the last chunk. A body
/// that was cut off there, or out of step by a line end, ends without anybody noticing.
/// hyper 1.12 has a reader of its own for its clients, and refuses it as we do.
#[test]
fn httparse_reads_an_empty_line_as_the_last_chunk_and_hyper_does_not() {
    let complete = httparse::Status::Complete((2, 0));
    assert_eq!(httparse::parse_chunk_size(b"\r\n"), Ok(complete));
    let theirs = harness::run("an empty line", said(b"\r\n\r\n".to_vec()));
    assert_eq!(theirs, None);
    let ours = decode(&ChunkLimits::default(), [&b"\r\n\r\n"[..]]);
    assert_eq!(ours.end, Err(ChunkError::NoSize));
}

/// What hyper's client makes of these bytes as a body; `None` when it refuses them.
async fn said(bytes: Vec<u8>) -> Option<Vec<u8>> {
    let (dialer, mut listener) = Link::new().network(&Recorder::new("a body"));
    tokio::spawn(async move {
        let mut io = wiretap::Listen::accept(&mut listener)
            .await
            .expect("a client");
        assert!(io.read(&mut [0; 512]).await.expect("a request") > 0);
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        io.write_all(head).await.expect("it is open");
        // A client that has seen enough may be gone.
        let _ = io.write_all(&bytes).await;
    });
    hyper_reads(&dialer).await.ok().map(|body| body.to_vec())
}

/// Where we refuse and they do not, or not yet.
fn is_stricter_on_purpose(error: ChunkError, bytes: &[u8]) -> bool {
    match error {
        // Blanks between a size and its line end, which RFC 9112 §7.1 does not have.
        ChunkError::AfterSize => bytes.contains(&b' ') || bytes.contains(&b'\t'),
        // An extension is not looked at: a control character in it passes.
        ChunkError::SizeLineEnd => bytes.contains(&b';'),
        // Trailers that no field could be, or of which nobody knows the end.
        ChunkError::Trailers(_) => true,
        ChunkError::Incomplete => true,
        ChunkError::NoSize
        | ChunkError::SizeTooLarge
        | ChunkError::SizeLineTooLong
        | ChunkError::TooManyExtensions
        | ChunkError::DataLineEnd => false,
    }
}
