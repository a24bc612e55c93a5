//! Bytes that a reader wrote by hand, sent as they are.

use std::fmt;
use std::io;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// The most bytes in one go: enough to pass every limit that is worth meeting.
pub(crate) const MOST_BYTES: usize = 4 << 10;
/// How long an answer is waited for: longer than the server waits for half a head.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long something more is waited for after an answer: longer than the lab's own server
/// waits for the rest of a request, so that its 408 is seen.
const SILENCE: Duration = Duration::from_millis(1500);

/// What was written wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// An escape that does not exist, in which line.
    Escape { line: usize, found: String },
    /// Too many bytes.
    TooLong(usize),
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escape { line, found } => write!(
                f,
                "line {line}: there is no escape {found}; there are \\r \\n \\t \\\\ and \
                 \\xNN with two hex digits"
            ),
            Self::TooLong(length) => write!(
                f,
                "{length} bytes; a lab sends at most {MOST_BYTES} in one go"
            ),
        }
    }
}

/// Reads what [`wiretap::escape`] writes. Line breaks in the text are for the eye: the
/// bytes have those that are written as `\r` and `\n`.
pub(crate) fn unescape(text: &str) -> Result<Vec<u8>, Mistake> {
    let mut bytes = Vec::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        let mut rest = line;
        while let Some((plain, escape)) = rest.split_once('\\') {
            bytes.extend_from_slice(plain.as_bytes());
            let (byte, length) = escaped(escape).ok_or_else(|| Mistake::Escape {
                line: index + 1,
                found: format!("\\{}", escape.chars().take(3).collect::<String>()),
            })?;
            bytes.push(byte);
            rest = &escape[length..];
        }
        bytes.extend_from_slice(rest.as_bytes());
    }
    match bytes.len() {
        ..=MOST_BYTES => Ok(bytes),
        length => Err(Mistake::TooLong(length)),
    }
}

/// The byte that an escape stands for, and the escape's length without its backslash.
fn escaped(escape: &str) -> Option<(u8, usize)> {
    match escape.as_bytes() {
        [b'r', ..] => Some((b'\r', 1)),
        [b'n', ..] => Some((b'\n', 1)),
        [b't', ..] => Some((b'\t', 1)),
        [b'\\', ..] => Some((b'\\', 1)),
        [b'x', high, low, ..] => {
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            let value = digit(high)? * 16 + digit(low)?;
            Some((u8::try_from(value).ok()?, 3))
        }
        _ => None,
    }
}

/// What to send, and in which pieces.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) text: String,
    pub(crate) cut: Pieces,
}

/// How the bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Pieces {
    /// In one write.
    Whole,
    /// Each byte alone.
    Bytes,
}

impl Pieces {
    fn length(self, whole: usize) -> usize {
        match self {
            Self::Whole => whole.max(1),
            Self::Bytes => 1,
        }
    }
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Whole => "in one write",
            Self::Bytes => "one byte at a time",
        })
    }
}

/// Writes the bytes and reads until the other side ends or falls silent, at most for a
/// while. What comes back is in the recording and need not be returned.
///
/// # Errors
///
/// When the stream fails.
pub(crate) async fn converse<Io>(
    mut io: Io,
    bytes: &[u8],
    pieces: Pieces,
) -> io::Result<()>
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let talk = async {
        for piece in bytes.chunks(pieces.length(bytes.len())) {
            io.write_all(piece).await?;
            io.flush().await?;
            // Lets the other side have this piece before the next.
            tokio::task::yield_now().await;
        }
        listen(&mut io).await
    };
    match timeout(PATIENCE, talk).await {
        Ok(Err(error)) if !is_cut_off(&error) => Err(error),
        // An end, a reset that the recording shows, or a server that keeps the connection
        // open: nothing more is to be seen.
        _ => Ok(()),
    }
}

/// Reads to the end, or until nothing more comes after the first bytes.
async fn listen(io: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut buffer = [0; 1024];
    let mut received = io.read(&mut buffer).await?;
    while received > 0 {
        match timeout(SILENCE, io.read(&mut buffer)).await {
            Ok(read) => received = read?,
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

fn is_cut_off(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}

#[cfg(test)]
mod tests {
    use wiretap::escape;

    use super::*;

    #[test]
    fn what_escape_writes_is_read_back() {
        let every_byte: Vec<u8> = (0..=255).collect();
        let text = "GET / HTTP/1.1\r\nHost: é\\\t\r\n\r\n".as_bytes();
        for bytes in [&every_byte[..], text, b""] {
            assert_eq!(unescape(&escape(bytes)).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn line_breaks_in_the_text_are_for_the_eye() {
        let text = "GET / HTTP/1.1\\r\\n\nHost: a\\r\\n\r\n\\r\\n\n";
        let bytes = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(unescape(text).as_deref(), Ok(&bytes[..]));
    }

    #[test]
    fn a_wrong_escape_is_named_with_its_line() {
        let mistake = |text| unescape(text).expect_err("a mistake").to_string();
        assert!(mistake("a\nb\\q").starts_with(r"line 2: there is no escape \q;"));
        assert!(mistake(r"\xg0").starts_with(r"line 1: there is no escape \xg0;"));
        assert!(mistake(r"\x+1").starts_with(r"line 1: there is no escape \x+1;"));
        assert!(mistake("a\\").starts_with(r"line 1: there is no escape \;"));
    }

    #[test]
    fn the_limit_counts_bytes_not_characters() {
        assert!(unescape(&r"\x00".repeat(MOST_BYTES)).is_ok());
        let long = "é".repeat(MOST_BYTES / 2 + 1);
        assert_eq!(unescape(&long), Err(Mistake::TooLong(MOST_BYTES + 2)));
    }
}
