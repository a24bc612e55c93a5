//! "My server", when its answer goes on and on: passed on piece by piece.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use http_streaming::{Answer, BodyDecoder, ChunkLimits, Handler, Part, Source};
use raw_http::{Framing, HeadScan, Headers, Limits, Message, Request, ResponseHead};
use raw_http::{Handler as _, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wiretap::{Dial as _, Recorder, Tap, Tcp};

use super::forward::{Forward, MyServer};
use super::guard::Rules;

/// How long the reader's server may take to begin its answer.
const BEGIN: Duration = Duration::from_secs(5);
/// How much is read at once, in bytes.
const READ: usize = 16 << 10;

/// Passes requests for `/stream` on to the reader's server, and its answer back as it
/// comes; everything else goes the way of chapter 2.
#[derive(Debug, Clone)]
pub(crate) struct StreamForward {
    server: MyServer,
    recorder: Recorder,
    others: Forward,
}

impl StreamForward {
    pub(crate) fn new(server: MyServer, recorder: Recorder, rules: Arc<Rules>) -> Self {
        Self {
            server,
            others: Forward::new(server, recorder.clone(), rules),
            recorder,
        }
    }

    async fn open(&self, request: &Request) -> io::Result<Answer<Relayed>> {
        let dialer = self.recorder.tap_dialer(Tcp(self.server.address));
        let mut io = dialer.dial().await?;
        io.write_all(head(request, &self.server).as_bytes()).await?;
        let mut incoming = BytesMut::new();
        let mut scan = HeadScan::new(&Limits::default());
        let head = loop {
            let parsed = ResponseHead::parse(&incoming, &mut scan);
            match parsed.map_err(io::Error::other)? {
                Some((head, length)) => {
                    incoming.advance(length);
                    break head;
                }
                None if io.read_buf(&mut incoming).await? == 0 => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                None => {}
            }
        };
        let (to, status) = ("GET", head.status);
        let message = Message::Response { to, status };
        let framing = Framing::of(message, head.version, &head.headers);
        let body = BodyDecoder::new(
            framing.map_err(io::Error::other)?,
            ChunkLimits::default(),
        );
        let mut relayed = Relayed { io, incoming, body };
        if status == 200 {
            return Ok(Answer::Stream(passed_on(&head.headers), relayed));
        }
        let mut response = Response::new(status);
        response.headers = passed_on(&head.headers);
        response.body = relayed.next().await.unwrap_or_default();
        Ok(Answer::Whole(response))
    }
}

impl Handler for StreamForward {
    type Source = Relayed;

    async fn call(&self, request: Request) -> Answer<Relayed> {
        let (path, _) = request.path_and_query();
        if path != "/stream" || request.method != "GET" {
            return Answer::Whole(self.others.call(request).await);
        }
        match timeout(BEGIN, self.open(&request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                let how = self.server.how_to_start();
                Answer::Whole(Response::text(502, format!("{error}. {how}\n")))
            }
            Err(_) => {
                let text =
                    format!("Your server did not begin to answer in {BEGIN:?}.\n");
                Answer::Whole(Response::text(504, text))
            }
        }
    }
}

/// The request as the browser sent it, but for the fields that are about the connection.
fn head(request: &Request, server: &MyServer) -> String {
    let (target, host) = (&request.target, server.address);
    let mut head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in request.headers.iter() {
        if !is_about_the_connection(name) {
            write!(head, "{name}: {value}\r\n").expect("a String takes it");
        }
    }
    head + "\r\n"
}

/// The fields of the answer that are not about its connection.
fn passed_on(headers: &Headers) -> Headers {
    let fields = headers.iter();
    Headers::from_iter(fields.filter(|(name, _)| !is_about_the_connection(name)))
}

fn is_about_the_connection(name: &str) -> bool {
    [
        "host",
        "connection",
        "transfer-encoding",
        "content-length",
        "date",
    ]
    .iter()
    .any(|own| own.eq_ignore_ascii_case(name))
}

/// The body of an answer of the reader's server.
#[derive(Debug)]
pub(crate) struct Relayed {
    io: Tap<TcpStream>,
    incoming: BytesMut,
    body: BodyDecoder,
}

impl Source for Relayed {
    /// A stream that fails ends here: the browser comes back, as it would anyway.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.body.decode(&mut self.incoming) {
                Ok(Some(Part::Data(data))) => return Some(data),
                Ok(Some(Part::End(_))) | Err(_) => return None,
                Ok(None) => {}
            }
            // What is left of the capacity may be a few bytes, and would cut a chunk in two.
            self.incoming.reserve(READ);
            if self.io.read_buf(&mut self.incoming).await.ok()? == 0 {
                return None;
            }
        }
    }
}
