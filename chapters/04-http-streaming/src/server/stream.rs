//! One answer that goes on and on.

use std::fmt::Write as _;
use std::io;

use bytes::{Buf as _, BufMut as _, BytesMut};
use raw_http::{Config, Headers, Request, Version};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Source, date};
use crate::chunked::{put_chunk, put_last_chunk};

/// What of a request its stream depends on.
pub(super) struct Asked {
    version: Version,
    head_only: bool,
}

impl Asked {
    pub(super) fn by(request: &Request) -> Self {
        Self {
            version: request.version,
            head_only: request.method == "HEAD",
        }
    }
}

/// How the end of the body is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// By the last chunk.
    Chunked,
    /// By the end of the stream. RFC 9112 §6.1: never `Transfer-Encoding` to a client
    /// that speaks 1.0; it would take the size lines for text.
    UntilClose,
}

impl Coding {
    fn put(self, data: &[u8], out: &mut BytesMut) {
        match self {
            Self::Chunked => put_chunk(data, out),
            Self::UntilClose => out.put_slice(data),
        }
    }

    fn put_end(self, out: &mut BytesMut) {
        match self {
            Self::Chunked => put_last_chunk(&Headers::new(), out),
            Self::UntilClose => {}
        }
    }
}

/// Tells one stream.
pub(super) struct Teller {
    asked: Asked,
    coding: Coding,
    config: Config,
    stopping: CancellationToken,
}

impl Teller {
    pub(super) fn new(
        asked: Asked,
        config: Config,
        stopping: CancellationToken,
    ) -> Self {
        let coding = match asked.version {
            Version::Http10 => Coding::UntilClose,
            Version::Http11 => Coding::Chunked,
        };
        Self {
            asked,
            coding,
            config,
            stopping,
        }
    }

    /// Tells it to its end, or until the client has gone.
    pub(super) async fn tell<Io, S>(self, io: Io, fields: &Headers, source: S)
    where
        Io: AsyncRead + AsyncWrite + Unpin,
        S: Source,
    {
        let (mut reader, mut writer) = split(io);
        let sent = tokio::select! {
            biased;
            sent = self.send(&mut writer, fields, source) => sent,
            // Nobody listens any more: the source is dropped, and with it its waiting.
            () = to_the_end(&mut reader) => return,
        };
        if sent.is_ok() {
            let close = async {
                writer.shutdown().await?;
                to_the_end(&mut reader).await;
                io::Result::Ok(())
            };
            // Whether the client lets us close in peace or not, this is the end.
            let _ = timeout(self.config.linger, close).await;
        }
    }

    async fn send<S: Source>(
        &self,
        writer: &mut (impl AsyncWrite + Unpin),
        fields: &Headers,
        mut source: S,
    ) -> io::Result<()> {
        let mut out = BytesMut::new();
        self.put_head(fields, &mut out);
        // At once, and not with the first event: the client learns that it is heard.
        self.write(writer, &mut out).await?;
        if self.asked.head_only {
            return Ok(());
        }
        loop {
            let piece = tokio::select! {
                biased;
                piece = source.next() => piece,
                () = self.stopping.cancelled() => None,
            };
            let Some(piece) = piece else {
                self.coding.put_end(&mut out);
                return self.write(writer, &mut out).await;
            };
            self.coding.put(&piece, &mut out);
            self.write(writer, &mut out).await?;
        }
    }

    fn put_head(&self, fields: &Headers, out: &mut BytesMut) {
        out.put_slice(b"HTTP/1.1 200 OK\r\n");
        if let Some(date) = date(&self.config) {
            put_field("Date", &date, out);
        }
        for (name, value) in fields.iter() {
            put_field(name, value, out);
        }
        if self.coding == Coding::Chunked {
            put_field("Transfer-Encoding", "chunked", out);
        }
        put_field("Connection", "close", out);
        out.put_slice(b"\r\n");
    }

    /// Writes all of `out`, however long that takes, as long as some of it is taken
    /// within each write deadline; and flushes, or it might wait for more to come.
    async fn write(
        &self,
        writer: &mut (impl AsyncWrite + Unpin),
        out: &mut BytesMut,
    ) -> io::Result<()> {
        let deadline = self.config.write_deadline;
        while out.has_remaining() {
            if timeout(deadline, writer.write_buf(out)).await?? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        timeout(deadline, writer.flush()).await?
    }
}

fn put_field(name: &str, value: &str, out: &mut BytesMut) {
    write!(out, "{name}: {value}\r\n").expect("a BytesMut grows");
}

/// Reads until the client ends its side or the stream fails. What it still says is for
/// nobody: this was the last answer.
async fn to_the_end(reader: &mut (impl AsyncRead + Unpin)) {
    let mut ignored = [0; 512];
    while matches!(reader.read(&mut ignored).await, Ok(1..)) {}
}
