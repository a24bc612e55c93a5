//! A reader of event streams has a function that takes bytes as they come from the network
//! and gives the lines that are complete. Its users report two things: now and then a
//! message with two lines of data arrives as two messages, and the streams of one server,
//! which begins with a byte order mark, lose their first message on some networks. Neither
//! happens on the author's machine.
//!
//! Find out why, and repair `push`. These are the rules (HTML §9.2.5):
//!
//! * CR LF, LF and CR each end a line, wherever the reads of the network end;
//! * a line is given as soon as its end is there. A server may end its lines with CR and
//!   send nothing more for an hour: what is complete must not wait for the next read;
//! * one byte order mark (`EF BB BF`) at the very beginning is no part of the first line.
//!   Anywhere else it is a character like any other.

/// The bytes of the byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Turns reads into lines.
pub struct Lines {
    /// The beginning of a line whose end has not come yet.
    kept: Vec<u8>,
}

impl Lines {
    /// At the beginning of a stream.
    pub fn new() -> Self {
        Self { kept: Vec::new() }
    }

    /// Takes what one read has brought, and gives the lines that are complete with it,
    /// without their ends.
    pub fn push(&mut self, read: &[u8]) -> Vec<String> {
        let read = read.strip_prefix(BOM).unwrap_or(read);
        self.kept.extend_from_slice(read);
        let mut lines = Vec::new();
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        while let Some(end) = self.kept.iter().position(is_end) {
            lines.push(String::from_utf8_lossy(&self.kept[..end]).into_owned());
            let ends_with_both = self.kept[end..].starts_with(b"\r\n");
            let length = if ends_with_both { 2 } else { 1 };
            self.kept.drain(..end + length);
        }
        lines
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self::new()
    }
}
