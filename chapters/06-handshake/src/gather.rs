//! A head that comes in pieces.

use raw_http::{HeadError, HeadScan, Limits};

/// What has come of a head, until all of it has.
#[derive(Debug)]
pub(crate) struct Gather {
    scan: HeadScan,
    seen: Vec<u8>,
    most: usize,
}

/// [`RequestHead::parse`](raw_http::RequestHead::parse), or that of a response.
type Parse<Head> = fn(&[u8], &mut HeadScan) -> Result<Option<(Head, usize)>, HeadError>;

impl Gather {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            scan: HeadScan::new(limits),
            seen: Vec::new(),
            most: limits.head_bytes,
        }
    }

    /// The head, and how many bytes of `input` belong to it. With `None`, all of `input`
    /// has been taken. A head that comes whole is read where it lies.
    pub(crate) fn receive<Head>(
        &mut self,
        input: &[u8],
        parse: Parse<Head>,
    ) -> Result<Option<(Head, usize)>, HeadError> {
        let earlier = self.seen.len();
        if earlier == 0
            && let Some(found) = parse(input, &mut self.scan)?
        {
            return Ok(Some(found));
        }
        // One byte more than a head may have is enough to refuse it.
        let room = (self.most + 1).saturating_sub(earlier);
        self.seen.extend_from_slice(&input[..input.len().min(room)]);
        if earlier == 0 {
            return Ok(None);
        }
        let found = parse(&self.seen, &mut self.scan)?;
        Ok(found.map(|(head, length)| {
            self.seen = Vec::new();
            (head, length - earlier)
        }))
    }
}
