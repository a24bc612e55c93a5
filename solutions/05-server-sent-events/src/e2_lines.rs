//! Reads in, lines out.

/// The bytes of the byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Turns reads into lines.
pub struct Lines {
    /// The beginning of a line whose end has not come yet.
    kept: Vec<u8>,
    /// Nothing but a part of a byte order mark has come.
    at_start: bool,
    /// The last line ended with CR: an LF that follows belongs to it.
    after_cr: bool,
}

impl Lines {
    /// At the beginning of a stream.
    pub fn new() -> Self {
        Self {
            kept: Vec::new(),
            at_start: true,
            after_cr: false,
        }
    }

    /// Takes what one read has brought, and gives the lines that are complete with it,
    /// without their ends.
    pub fn push(&mut self, read: &[u8]) -> Vec<String> {
        self.kept.extend_from_slice(read);
        if self.at_start {
            if self.kept.len() < BOM.len() && BOM.starts_with(&self.kept) {
                return Vec::new();
            }
            if self.kept.starts_with(BOM) {
                self.kept.drain(..BOM.len());
            }
            self.at_start = false;
        }
        let mut lines = Vec::new();
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        loop {
            if self.after_cr && !self.kept.is_empty() {
                let skipped = usize::from(self.kept[0] == b'\n');
                self.kept.drain(..skipped);
                self.after_cr = false;
            }
            let Some(end) = self.kept.iter().position(is_end) else {
                return lines;
            };
            lines.push(String::from_utf8_lossy(&self.kept[..end]).into_owned());
            self.after_cr = self.kept[end] == b'\r';
            self.kept.drain(..=end);
        }
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self::new()
    }
}
