//! Our client, and what it makes of what goes wrong on the way.

#[path = "common/stage.rs"]
mod stage;

use std::time::Duration;

use http_streaming::{
    BodyError, ChunkError, EventStream, OpenError, StreamError, open,
};
use stage::{Http, RTT, SILENCE, Stage, event};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};
use wiretap::{Cut, Fault, Link, LinkDialer, Listen as _, Recorder, Side, harness};

/// A server that reads a request, says these lines, and ends; or says nothing more.
fn actor(says: &'static str, ends: bool) -> LinkDialer {
    let (dialer, mut listener) = Link::new().rtt(RTT).network(&Recorder::new("a part"));
    tokio::spawn(async move {
        let mut io = listener.accept().await.expect("a client");
        assert!(io.read(&mut [0; 512]).await.expect("a request") > 0);
        io.write_all(says.as_bytes()).await.expect("it is open");
        if !ends {
            std::future::pending::<()>().await;
        }
    });
    dialer
}

#[test]
fn a_body_is_read_however_it_is_framed() {
    for (says, body) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more",
            "hello",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "hello",
        ),
        ("HTTP/1.0 200 OK\r\n\r\nhello", "hello"),
        (
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "ok",
        ),
        ("HTTP/1.1 204 No Content\r\n\r\n", ""),
    ] {
        let read = harness::run("a body", async move {
            let answer = open(&actor(says, true), "x", "/").await;
            answer
                .expect("an answer")
                .collect(100)
                .await
                .expect("whole")
        });
        assert_eq!(read, body.as_bytes(), "{says:?}");
    }
}

#[test]
fn a_body_that_is_cut_off_is_no_body() {
    let incomplete = BodyError::Chunk(ChunkError::Incomplete);
    for (says, error) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
            BodyError::Incomplete,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            incomplete,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
            incomplete,
        ),
    ] {
        let read = harness::run("half a body", async move {
            let answer = open(&actor(says, true), "x", "/").await;
            answer.expect("an answer").collect(100).await
        });
        assert!(
            matches!(read, Err(StreamError::Body(e)) if e == error),
            "{read:?}"
        );
    }
}

#[test]
fn what_is_no_stream_of_a_board_is_refused() {
    harness::run("other answers", async {
        let says = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>";
        let stream = EventStream::follow(&actor(says, true), "x", None, SILENCE).await;
        assert!(
            matches!(
                stream,
                Err(OpenError::Refused {
                    status: 200,
                    refusal: None
                })
            ),
            "{stream:?}"
        );
        for (host, target) in
            [("x y", "/"), ("x", "/ "), ("x", "/\r\nX: 1"), ("x", "a")]
        {
            let answer = open(&actor("", true), host, target).await;
            assert!(
                matches!(answer, Err(OpenError::InvalidRequest)),
                "{target:?}"
            );
        }
    });
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    harness::run("a server that accepts and is silent", async {
        let start = Instant::now();
        let stream = EventStream::follow(&actor("", false), "x", None, SILENCE).await;
        assert!(matches!(stream, Err(OpenError::Silent(_))), "{stream:?}");
        assert_eq!(start.elapsed(), SILENCE);
    });
}

/// Follows a board until every event up to the tenth is there, over a network whose first
/// connection has this fault: asking again with the cursor, and nothing else.
fn over_a_fault(fault: Fault, cut: Cut) -> Vec<u64> {
    harness::run("a stream that is cut off, and the next one", async move {
        let stage =
            Stage::on(Link::new().rtt(RTT).cut(cut), Http::ByHand, <_>::default());
        let bad = Link::new().rtt(RTT).cut(cut).fault(Side::Server, fault);
        let (first, listener) = bad.network(&Recorder::new("a bad link"));
        let handler = http_streaming::handler(stage.board.clone(), SILENCE);
        let forever = std::future::pending();
        tokio::spawn(http_streaming::serve(
            listener,
            handler,
            <_>::default(),
            forever,
        ));
        let board = stage.board.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                board.append("x");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let (mut told, mut dialer) = (Vec::new(), &first);
        while told.len() < 10 {
            let after = told.last().copied().unwrap_or(0);
            let stream = EventStream::follow(dialer, "x", Some(after), SILENCE).await;
            dialer = &stage.dialer;
            let Ok(mut stream) = stream else { continue };
            while let Ok(Some(http_streaming::Message::Event(event))) =
                stream.next().await
            {
                told.push(event.seq);
                if told.len() >= 10 {
                    break;
                }
            }
        }
        told
    })
}

#[test]
fn nothing_is_lost_or_repeated_wherever_a_stream_is_cut_off() {
    let all: Vec<u64> = (1..=10).collect();
    for bytes in 0..560 {
        for fault in [Fault::ResetAfter(bytes), Fault::HalfCloseAfter(bytes)] {
            let cut = [Cut::AsWritten, Cut::EachByte][bytes as usize % 2];
            assert_eq!(over_a_fault(fault, cut), all, "{fault:?}");
        }
    }
}

/// Cancel safety: a caller that gives up and asks again, at every millisecond.
#[test]
fn next_can_be_dropped_at_any_time() {
    harness::run("an impatient caller", async {
        let link = Link::new().rtt(RTT).cut(Cut::EachByte).bandwidth(2_000);
        let stage = Stage::on(link, Http::ByHand, <_>::default());
        let mut stream = stage.follow(0).await;
        for _ in 0..5 {
            stage.board.append("some text, and an ü");
        }
        let mut told = Vec::new();
        while told.len() < 5 {
            let patience = Duration::from_millis(1);
            if let Ok(seq) = timeout(patience, event(&mut stream)).await {
                told.push(seq);
            }
        }
        assert_eq!(told, [1, 2, 3, 4, 5]);
    });
}
