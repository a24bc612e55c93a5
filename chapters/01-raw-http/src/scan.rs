//! Where does the head end? Asked after every read, answered without looking twice at
//! any byte.

use std::ops::Range;

use crate::error::HeadError;
use crate::headers::is_value_byte;

/// How many bytes are checked at once.
const BLOCK: usize = 16;

/// How much of a message is taken before it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest head, in bytes, its empty line included. A longer one is answered with
    /// 431, or with 414 when it is the request line that does not end.
    pub head_bytes: usize,
    /// The most header fields of a head. One more is answered with 431.
    pub header_count: usize,
    /// The longest body, in bytes. A longer one is answered with 413, before any of it is
    /// read when its length is declared.
    pub body_bytes: usize,
}

impl Default for Limits {
    /// 16 KiB of head, 100 fields, 1 MiB of body.
    fn default() -> Self {
        Self {
            head_bytes: 16 << 10,
            header_count: 100,
            body_bytes: 1 << 20,
        }
    }
}

/// The search for the end of one head, over as many reads as it takes.
///
/// It goes on where it stopped, so a head that arrives one byte at a time costs as much
/// as one that arrives whole: a rescan from the beginning would take half a billion steps
/// for 32 KiB. On the way it refuses what no later byte can mend: a CR or LF on its own,
/// a control character, a limit exceeded. What it finds does not depend on how the bytes
/// were cut into reads.
#[derive(Debug, Clone)]
pub struct HeadScan {
    head_bytes: usize,
    header_count: usize,
    /// Where the start line begins: 2 after a skipped empty line, else 0.
    start: usize,
    /// Where the line that is being read begins.
    line: usize,
    /// Everything before this is scanned.
    position: usize,
    /// Complete lines, the start line included.
    lines: usize,
}

impl HeadScan {
    /// A search that has seen nothing yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            head_bytes: limits.head_bytes,
            header_count: limits.header_count,
            start: 0,
            line: 0,
            position: 0,
            lines: 0,
        }
    }

    /// The head's range in `buffer`, its empty line included, or `None` when the buffer
    /// ends before the head does. `buffer` holds all that has come of this head so far.
    ///
    /// # Errors
    ///
    /// As soon as the bytes can no longer become a valid head.
    pub fn find_end(
        &mut self,
        buffer: &[u8],
    ) -> Result<Option<Range<usize>>, HeadError> {
        let seen = &buffer[..buffer.len().min(self.head_bytes)];
        while let Some(line_end) = self.find_line_end(seen)? {
            if line_end == self.line {
                if self.lines > 0 {
                    return Ok(Some(self.start..line_end + 2));
                }
                if self.start > 0 {
                    return Err(HeadError::EmptyLines);
                }
                // RFC 9112 §2.2: one empty line before the request line is skipped.
                self.start = line_end + 2;
            } else {
                self.lines += 1;
                if self.lines - 1 > self.header_count {
                    return Err(HeadError::TooManyFields);
                }
            }
            self.line = line_end + 2;
            self.position = self.line;
        }
        match (buffer.len() > self.head_bytes, self.lines) {
            (false, _) => Ok(None),
            (true, 0) => Err(HeadError::StartLineTooLong),
            (true, _) => Err(HeadError::HeadTooLong),
        }
    }

    /// The offset of the next CRLF. `position` stays on a CR whose LF has not come yet.
    fn find_line_end(&mut self, seen: &[u8]) -> Result<Option<usize>, HeadError> {
        self.position += text_length(&seen[self.position..]);
        if self.position == seen.len() {
            return Ok(None);
        }
        match (seen[self.position], seen.get(self.position + 1)) {
            (b'\r', None) => Ok(None),
            (b'\r', Some(b'\n')) => Ok(Some(self.position)),
            // RFC 9112 §2.2: neither ends a line on its own. Two parsers that differ here
            // see different requests in the same bytes.
            (b'\r', Some(_)) => Err(HeadError::BareCr),
            (b'\n', _) => Err(HeadError::BareLf),
            (byte, _) => Err(HeadError::ControlCharacter(byte)),
        }
    }
}

/// The number of bytes before the first that cannot stand in a line. Without an early way
/// out of the inner loop, the compiler checks sixteen bytes with a few instructions.
fn text_length(bytes: &[u8]) -> usize {
    let is_text = |block: &&[u8]| {
        block
            .iter()
            .fold(true, |all, byte| all & is_value_byte(*byte))
    };
    let blocks = bytes.chunks_exact(BLOCK).take_while(is_text).count();
    let rest = &bytes[blocks * BLOCK..];
    let length = rest.iter().position(|byte| !is_value_byte(*byte));
    blocks * BLOCK + length.unwrap_or(rest.len())
}
