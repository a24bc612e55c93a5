//! Every `async fn` of a connection may be dropped at any await and called again. Here
//! each is, after every single byte.

use std::future::{pending, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use raw_http::{
    Client, Config, Connection, Limits, Request, RequestError, Response, serve,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use wiretap::{Dial, Listen, harness};

/// Polls a fresh future of the call once, drops it, lets the others go on, and so on until
/// one of them is ready. Gives the result and the number of futures that were dropped.
macro_rules! restarted {
    ($call:expr) => {{
        let mut dropped = 0;
        loop {
            let polled = {
                let mut future = pin!($call);
                poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
            };
            match polled {
                Poll::Ready(value) => break (value, dropped),
                Poll::Pending => dropped += 1,
            }
            yield_now().await;
        }
    }};
}

const TWO: &str = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\
                   GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn next_request_dropped_after_each_byte_goes_on() {
    harness::run("next_request, dropped and called again", async {
        // One byte fits into the stream at a time.
        let (mut client, server) = duplex(1);
        let sender = tokio::spawn(async move {
            client.write_all(TWO.as_bytes()).await.unwrap();
        });
        let mut connection = Connection::new(server, Limits::default());
        let mut requests = Vec::new();
        let mut drops = 0;
        loop {
            let (next, dropped) = restarted!(connection.next_request());
            drops += dropped;
            match next.unwrap() {
                Some(request) => requests.push((request.target, request.body)),
                None => break,
            }
        }
        sender.await.unwrap();
        assert_eq!(
            requests,
            [("/1".into(), "hello".into()), ("/2".into(), "".into())]
        );
        assert!(drops >= TWO.len() - 1, "{drops} futures were dropped");
    });
}

#[test]
fn next_request_dropped_while_it_says_100_says_it_once() {
    harness::run("100-continue, dropped and called again", async {
        let (mut client, server) = duplex(1);
        let sender = tokio::spawn(async move {
            let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\
                        Expect: 100-continue\r\n\r\n";
            client.write_all(head.as_bytes()).await.unwrap();
            let mut interim = [0; 25];
            client.read_exact(&mut interim).await.unwrap();
            assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
            client.write_all(b"ok").await.unwrap();
            let mut rest = String::new();
            client.shutdown().await.unwrap();
            client.read_to_string(&mut rest).await.unwrap();
            assert_eq!(rest, "");
        });
        let mut connection = Connection::new(server, Limits::default());
        let (request, dropped) = restarted!(connection.next_request());
        assert_eq!(request.unwrap().unwrap().body, "ok");
        assert!(dropped >= 25, "{dropped} futures were dropped");
        drop(connection);
        sender.await.unwrap();
    });
}

#[test]
fn flush_and_close_dropped_after_each_byte_send_every_byte_once() {
    harness::run("flush and close, dropped and called again", async {
        let (mut client, server) = duplex(1);
        let receiver = tokio::spawn(async move {
            client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            // Not awaited by anybody: the draining close reads it and throws it away.
            client.write_all(b"more than was asked for").await.unwrap();
            answer
        });
        let mut connection = Connection::new(server, Limits::default());
        connection.next_request().await.unwrap().unwrap();
        connection.respond(&Response::text(200, "twenty bytes of body"), None);
        let (flushed, dropped) = restarted!(connection.flush());
        flushed.unwrap();
        let (closed, dropped_closing) = restarted!(connection.close());
        closed.unwrap();
        assert_eq!(
            connection.into_parts().1,
            "",
            "what came late is thrown away"
        );
        let answer = receiver.await.unwrap();
        let expected = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\
                        Content-Length: 20\r\nConnection: close\r\n\r\n\
                        twenty bytes of body";
        assert_eq!(answer, expected);
        assert!(
            dropped >= expected.len() - 1,
            "{dropped} futures were dropped"
        );
        assert!(
            dropped_closing >= 22,
            "{dropped_closing} futures were dropped"
        );
    });
}

#[test]
fn close_sends_what_flush_had_not() {
    harness::run("close without flush", async {
        let (mut client, server) = duplex(1);
        let receiver = tokio::spawn(async move {
            client.write_all(b"x\x01").await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            answer
        });
        let mut connection = Connection::new(server, Limits::default());
        let error = connection.next_request().await.unwrap_err();
        assert!(matches!(error, RequestError::Head(_)), "{error}");
        assert!(connection.respond_to_mistake(&error, None));
        let (closed, _) = restarted!(connection.close());
        closed.unwrap();
        let answer = receiver.await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{answer}"
        );
        assert!(answer.ends_with("the control character 0x01 (RFC 9110 §5.5)\n"));
    });
}

#[test]
fn hung_up_dropped_after_each_byte_keeps_what_it_read() {
    harness::run("hung_up, dropped and called again", async {
        let (mut client, server) = duplex(1);
        let mut connection = Connection::new(server, Limits::default());
        let sender = tokio::spawn(async move {
            client.write_all(TWO.as_bytes()).await.unwrap();
        });
        let ((), dropped) = restarted!(connection.hung_up());
        assert!(dropped >= TWO.len() - 1, "{dropped} futures were dropped");
        sender.await.unwrap();
        for target in ["/1", "/2"] {
            let request = connection.next_request().await.unwrap().unwrap();
            assert_eq!(request.target, target);
        }
        assert_eq!(connection.next_request().await.unwrap(), None);
    });
}

#[test]
fn into_parts_loses_no_byte() {
    harness::run("into_parts", async {
        let (mut client, server) = duplex(1024);
        client.write_all(TWO.as_bytes()).await.unwrap();
        let mut connection = Connection::new(server, Limits::default());
        connection.next_request().await.unwrap().unwrap();
        let (_io, rest) = connection.into_parts();
        assert_eq!(rest, &TWO.as_bytes()[TWO.len() - 28..]);
    });
}

/// A network whose connections hold one byte at a time, so that a future waits at each.
struct Narrow(mpsc::Sender<DuplexStream>);

impl Dial for Narrow {
    type Io = DuplexStream;

    async fn dial(&self) -> io::Result<DuplexStream> {
        let (client, server) = duplex(1);
        let refused = |_| io::Error::from(io::ErrorKind::ConnectionRefused);
        self.0.send(server).await.map_err(refused)?;
        Ok(client)
    }
}

struct NarrowListener(mpsc::Receiver<DuplexStream>);

impl Listen for NarrowListener {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<DuplexStream> {
        let gone = || io::Error::from(io::ErrorKind::NotConnected);
        self.0.recv().await.ok_or_else(gone)
    }
}

#[test]
fn a_client_dropped_at_any_point_never_gives_the_wrong_answer() {
    harness::run("send, dropped and called again", async {
        let (dialer, listener) = mpsc::channel(1);
        let path = |request: Request| async { Response::text(200, request.target) };
        let server =
            serve(NarrowListener(listener), path, Config::default(), pending());
        tokio::spawn(server);
        let mut client = Client::new(Narrow(dialer), "x");
        for polls in 0.. {
            let given_up = {
                let mut send = pin!(client.send(Request::get("/given-up")));
                let mut is_answered = false;
                for _ in 0..polls {
                    let polled =
                        poll_fn(|cx| Poll::Ready(send.as_mut().poll(cx))).await;
                    is_answered |= polled.is_ready();
                    if is_answered {
                        break;
                    }
                    yield_now().await;
                }
                !is_answered
            };
            let answer = client
                .send(Request::get(format!("/{polls}")))
                .await
                .unwrap();
            assert_eq!(answer.body, format!("/{polls}"));
            if !given_up {
                assert!(polls > 100, "only {polls} points were tried");
                break;
            }
        }
    });
}
