//! An HTTP proxy that means well: it stands in the way of all connections, keeps what may
//! be kept, forgives what is not HTTP, and has never heard of `Upgrade`.

use std::collections::HashMap;
use std::io;
use std::sync::Mutex;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _};
use tokio::io::{AsyncWrite, AsyncWriteExt as _, BufStream};
use wiretap::{Recorder, Side};

/// The proxy, whose cache all connections share.
pub(crate) struct Proxy {
    cache: Mutex<HashMap<String, Vec<u8>>>,
    recorder: Recorder,
}

impl Proxy {
    pub(crate) fn new(recorder: &Recorder) -> Self {
        recorder.name(Side::Server, "proxy");
        Self {
            cache: Mutex::default(),
            recorder: recorder.clone(),
        }
    }

    /// Stands between `client` and the server that it has dialled, until the client ends.
    pub(crate) async fn pass<C, S>(&self, client: C, server: S) -> io::Result<()>
    where
        C: AsyncRead + AsyncWrite + Unpin,
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let (mut client, mut server) = (BufStream::new(client), BufStream::new(server));
        while let Some(request) = read_request(&mut client).await? {
            let url = request.url();
            let kept = self.cache.lock().expect("not poisoned").get(&url).cloned();
            let answer = match kept {
                Some(answer) => {
                    self.note(format!("the proxy has {url} in its cache"));
                    answer
                }
                None => {
                    server.write_all(&request.head).await?;
                    server.flush().await?;
                    let answer = read_answer(&mut server).await?;
                    if answer.may_be_kept {
                        self.note(format!("the proxy keeps an answer as {url}"));
                        let mut cache = self.cache.lock().expect("not poisoned");
                        cache.insert(url, answer.bytes.clone());
                    }
                    answer.bytes
                }
            };
            client.write_all(&answer).await?;
            client.flush().await?;
        }
        Ok(())
    }

    fn note(&self, text: String) {
        self.recorder.note(Side::Server, text);
    }
}

struct Request {
    head: Vec<u8>,
    target: String,
    host: String,
}

impl Request {
    fn url(&self) -> String {
        format!("http://{}{}", self.host, self.target)
    }
}

/// The next request, without a body: this proxy is a small one.
async fn read_request(
    io: &mut (impl AsyncBufRead + Unpin),
) -> io::Result<Option<Request>> {
    loop {
        let Some(first) = read_line(io).await? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&first).into_owned();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        // What is no request line is forgiven: the line is skipped.
        let ["GET", target, "HTTP/1.1"] = words[..] else {
            continue;
        };
        let mut request = Request {
            head: first,
            target: target.to_owned(),
            host: String::new(),
        };
        while let Some(line) = read_line(io).await? {
            request.head.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&line);
            match text.trim_end().split_once(": ") {
                Some(("Host", host)) => request.host = host.to_owned(),
                Some(_) => {}
                None => return Ok(Some(request)),
            }
        }
    }
}

struct Answer {
    bytes: Vec<u8>,
    may_be_kept: bool,
}

async fn read_answer(io: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Answer> {
    let mut answer = Answer {
        bytes: Vec::new(),
        may_be_kept: false,
    };
    let mut length = 0;
    loop {
        let line = read_line(io).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        answer.bytes.extend_from_slice(&line);
        let text = String::from_utf8_lossy(&line);
        match text.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap_or(0),
            Some(("Cache-Control", value)) => {
                answer.may_be_kept = value.starts_with("max-age=");
            }
            None if line == b"\r\n" => break,
            Some(_) | None => {}
        }
    }
    let mut body = vec![0; length];
    io.read_exact(&mut body).await?;
    answer.bytes.extend_from_slice(&body);
    Ok(answer)
}

/// A line with its end; `None` at the end of the stream.
async fn read_line(
    io: &mut (impl AsyncBufRead + Unpin),
) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    io.read_until(b'\n', &mut line).await?;
    Ok(line.ends_with(b"\n").then_some(line))
}
