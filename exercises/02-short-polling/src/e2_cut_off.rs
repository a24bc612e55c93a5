//! An older server of the board answers in lines. The first line says what the cursor will
//! be after the answer; then comes a line for each event, its number and its text:
//!
//! ```text
//! next 11\n
//! 9 kick-off\n
//! 10 a goal!\n
//! 11 half time\n
//! ```
//!
//! A text may begin or end with blanks, and has no line end in it. There is no
//! `Content-Length`: the answer is over when the stream ends. `Follower` reads it and hands
//! each event to `deliver` as soon as its line is there. (The chapter's poller waits for
//! the whole answer, which is safer still; in an answer that takes minutes, nobody wants
//! to.) Its users report that on bad networks events get lost, that now and then half a
//! text turns up, and that blanks at the end of a text vanish.
//!
//! Find out why, and repair `read_answer`. An answer may be cut off after any byte, with an
//! error or with an end that looks like a good one, and the caller may give up waiting and
//! drop the future at any `await`. Whatever happens, the caller asks again with `cursor()`,
//! and then:
//!
//! * every event is delivered, once, with its whole text;
//! * an answer that ends before the event that `next` announced is an error
//!   (`UnexpectedEof` says it well): the caller must know that it is worth asking again.

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
    pub async fn read_answer<R: AsyncBufRead + Unpin>(
        &mut self,
        mut answer: R,
        mut deliver: impl FnMut(u64, &str),
    ) -> io::Result<()> {
        let mut line = String::new();
        answer.read_line(&mut line).await?;
        let next = line.trim_end().strip_prefix("next ").ok_or(malformed())?;
        self.cursor = next.parse().map_err(|_| malformed())?;
        loop {
            line.clear();
            if answer.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let (seq, text) = line.trim_end().split_once(' ').ok_or(malformed())?;
            deliver(seq.parse().map_err(|_| malformed())?, text);
        }
    }
}

fn malformed() -> io::Error {
    io::ErrorKind::InvalidData.into()
}
