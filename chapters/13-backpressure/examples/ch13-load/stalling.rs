//! A reader that has stalled reads again: had it truly stalled, and what has become of what
//! it has not read?

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Missed;

/// How long nothing may come of what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Finds what a reader should find that has stalled. Only then it was one, and the system has
/// not kept everything for it; or else, where nothing is missed, the whole of it: at least
/// `posts` messages, without a hole.
pub(crate) async fn came_back(
    stream: &mut TcpStream,
    missed: Missed,
    posts: usize,
) -> io::Result<()> {
    let found = async {
        match missed {
            Missed::Everything => Ok(()),
            Missed::Counted => a_notice(stream).await,
            Missed::Nothing => all_of_it(stream, posts).await,
        }
    };
    let found = timeout(PATIENCE, found).await;
    found.map_err(|_| {
        io::Error::other("a reader that stalls did not find what it should")
    })?
}

/// What has been read of a stream and not been looked at.
struct Text<'a> {
    stream: &'a mut TcpStream,
    unread: Vec<u8>,
}

impl Text<'_> {
    /// Reads to the end of these words.
    async fn find(&mut self, words: &[u8]) -> io::Result<()> {
        loop {
            let mut windows = self.unread.windows(words.len());
            if let Some(at) = windows.position(|window| window == words) {
                self.unread.drain(..at + words.len());
                return Ok(());
            }
            let rest = self.unread.len().saturating_sub(words.len());
            self.unread.drain(..rest);
            self.read().await?;
        }
    }

    /// Reads a number, to the comma behind it.
    async fn number(&mut self) -> io::Result<usize> {
        let length = loop {
            if let Some(at) = self.unread.iter().position(|byte| *byte == b',') {
                break at;
            }
            self.read().await?;
        };
        let digits = String::from_utf8_lossy(&self.unread[..length]);
        digits.parse().map_err(io::Error::other)
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

async fn a_notice(stream: &mut TcpStream) -> io::Result<()> {
    let unread = Vec::with_capacity(64 << 10);
    let mut text = Text { stream, unread };
    text.find(br#""type":"dropped""#).await
}

async fn all_of_it(stream: &mut TcpStream, posts: usize) -> io::Result<()> {
    let unread = Vec::with_capacity(64 << 10);
    let mut text = Text { stream, unread };
    for expected in 1..=posts {
        text.find(br#""type":"message""#).await?;
        text.find(br#""seq":"#).await?;
        let seq = text.number().await?;
        if seq != expected {
            let what = format!("message {seq} came where {expected} was to come");
            return Err(io::Error::other(what));
        }
    }
    Ok(())
}
