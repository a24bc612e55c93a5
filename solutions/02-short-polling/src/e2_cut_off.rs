//! An event is safe when it has been delivered: that is when the cursor moves.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Reads answers, and remembers how far it has come.
pub struct Follower {
    cursor: u64,
}

impl Follower {
    /// Goes on after the event `cursor`.
    pub fn new(cursor: u64) -> Self {
        Self { cursor }
    }

    /// The cursor to ask with.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Reads one answer to its end and delivers its events.
    ///
    /// # Errors
    ///
    /// When the stream fails, or the answer is malformed or cut off.
    ///
    /// # Cancel safety
    ///
    /// Safe: the cursor is that of the last event delivered. The stream is at some place
    /// inside the answer, and of no more use.
    pub async fn read_answer<R: AsyncBufRead + Unpin>(
        &mut self,
        mut answer: R,
        mut deliver: impl FnMut(u64, &str),
    ) -> io::Result<()> {
        let mut line = String::new();
        let first = whole_line(&mut answer, &mut line).await?;
        let first = first.ok_or_else(cut_off)?;
        let next = first.strip_prefix("next ").and_then(|n| n.parse().ok());
        let next: u64 = next.ok_or_else(malformed)?;
        while let Some(line) = whole_line(&mut answer, &mut line).await? {
            let (seq, text) = line.split_once(' ').ok_or_else(malformed)?;
            let seq = seq.parse().map_err(|_| malformed())?;
            deliver(seq, text);
            // No `await` between the two: nobody can drop the future here.
            self.cursor = seq;
        }
        // The stream ended between two lines, and was it the right place?
        if self.cursor == next {
            Ok(())
        } else {
            Err(cut_off())
        }
    }
}

/// The next line, without its end; `None` at the end of the stream.
async fn whole_line<'a, R: AsyncBufRead + Unpin>(
    answer: &mut R,
    line: &'a mut String,
) -> io::Result<Option<&'a str>> {
    line.clear();
    if answer.read_line(line).await? == 0 {
        return Ok(None);
    }
    // At the end of the stream, `read_line` gives what there is of a line.
    line.strip_suffix('\n').map(Some).ok_or_else(cut_off)
}

fn cut_off() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

fn malformed() -> io::Error {
    io::ErrorKind::InvalidData.into()
}
