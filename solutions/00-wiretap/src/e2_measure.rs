//! Two questions, in this order: where does the head end, and what does it say about the
//! body? Nothing after the end of the head is searched, so a body may contain anything,
//! empty lines included.

/// The length of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Bytes of the head, with the empty line at its end.
    pub head: usize,
    /// Bytes of the body.
    pub body: usize,
}

/// Measures the first message in `received`; `None` while it is not complete.
pub fn measure(received: &[u8]) -> Option<Message> {
    let empty_line = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = empty_line + 4;
    let body = content_length(&received[..head]).unwrap_or(0);
    let complete = received.len() - head >= body;
    complete.then_some(Message { head, body })
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = str::from_utf8(head).ok()?;
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .filter_map(|(_, value)| value.trim().parse().ok());
    lengths.next()
}
