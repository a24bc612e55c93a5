//! A listener that fails, and goes on.

use std::collections::VecDeque;
use std::future::pending;
use std::io::{self, ErrorKind};
use std::time::Duration;

use raw_http::{Config, Request, Response, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;
use wiretap::{Listen, harness};

/// Gives its errors first, and then its one connection.
struct Failing {
    errors: VecDeque<ErrorKind>,
    connection: Option<DuplexStream>,
}

impl Listen for Failing {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<DuplexStream> {
        match (self.errors.pop_front(), self.connection.take()) {
            (Some(error), connection) => {
                self.connection = connection;
                Err(error.into())
            }
            (None, Some(connection)) => Ok(connection),
            (None, None) => pending().await,
        }
    }
}

/// How long it takes until a client is served whom the listener's errors come before.
fn served_after(errors: impl IntoIterator<Item = ErrorKind>) -> Duration {
    let errors = errors.into_iter().collect();
    harness::run("a listener that fails", async move {
        let (mut client, server) = duplex(1024);
        let listener = Failing {
            errors,
            connection: Some(server),
        };
        let no_content = |_: Request| async { Response::new(204) };
        tokio::spawn(serve(listener, no_content, Config::default(), pending()));
        let start = Instant::now();
        let request = b"GET / HTTP/1.0\r\n\r\n";
        client.write_all(request).await.expect("it is open");
        let mut answer = String::new();
        client
            .read_to_string(&mut answer)
            .await
            .expect("it is open");
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
        start.elapsed()
    })
}

#[test]
fn out_of_descriptors_the_server_waits_and_tries_again() {
    // EMFILE has no kind of its own.
    let errors = [ErrorKind::Other, ErrorKind::Other];
    assert_eq!(served_after(errors), Duration::from_millis(200));
}

#[test]
fn a_client_that_is_gone_before_it_is_accepted_delays_nobody() {
    let errors = [ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset];
    assert_eq!(served_after(errors), Duration::ZERO);
}
