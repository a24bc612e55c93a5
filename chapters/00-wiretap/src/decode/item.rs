//! What is under way in one direction, and when it passed.

use crate::content::Excerpt;
use crate::recorder::Span;

/// Bytes that must be whole before they are decoded, and when they passed.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    pub(super) bytes: Vec<u8>,
    pub(super) span: Option<Span>,
}

/// Bytes that are shown as they come, and when they passed.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) span: Option<Span>,
    pub(super) excerpt: Excerpt,
}

impl Buffer {
    pub(super) fn push(&mut self, at: Span, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.span = Some(extend(self.span, at));
    }

    pub(super) fn to_item(&self) -> Item {
        let mut excerpt = Excerpt::default();
        excerpt.push(&self.bytes);
        Item {
            span: self.span,
            excerpt,
        }
    }
}

impl Item {
    pub(super) fn push(&mut self, at: Span, bytes: &[u8]) {
        self.excerpt.push(bytes);
        self.span = Some(extend(self.span, at));
    }
}

/// From the first byte's sending to the last byte's arrival.
fn extend(so_far: Option<Span>, next: Span) -> Span {
    Span {
        arrived: next.arrived,
        ..so_far.unwrap_or(next)
    }
}

/// Takes up to `left` bytes from the front.
pub(super) fn split(bytes: &[u8], left: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(left).map_or(bytes.len(), |n| n.min(bytes.len())))
}

/// Up to and with the first line end, and the rest.
pub(super) fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| *b == b'\n');
    bytes.split_at(end.map_or(bytes.len(), |at| at + 1))
}
