//! This reader takes requests out of a stream. `receive` is called with what each `read`
//! gave, and returns the requests that are complete by then.
//!
//! It served a small shop for years. Then the shop got a proxy in front of it, which keeps
//! a connection open and sends the next request without waiting for the answer to the
//! last, and once in a while an order vanished, or was a little longer than it should be.
//! Nobody could repeat it with `curl`, which sends one request and waits.
//!
//! Find out what is wrong, and repair it. The head parser is the chapter's, and right;
//! every request here is valid.

use raw_http::{HeadScan, Headers, Limits, RequestHead};

/// A request, as far as the shop is interested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The request target.
    pub target: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Takes requests out of a stream.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// Takes what a read gave, and returns the requests that are complete now.
    pub fn receive(&mut self, read: &[u8]) -> Vec<Order> {
        let mut orders = Vec::new();
        self.buffer.extend_from_slice(read);
        let mut scan = HeadScan::new(&Limits::default());
        if let Ok(Some((head, length))) = RequestHead::parse(&self.buffer, &mut scan) {
            let body = content_length(&head.headers);
            if self.buffer.len() >= length + body {
                orders.push(Order {
                    target: head.target,
                    body: self.buffer[length..].to_vec(),
                });
                self.buffer.clear();
            }
        }
        orders
    }
}

/// The declared length of the body. There are no chunks in this shop.
fn content_length(headers: &Headers) -> usize {
    let value = headers.get("content-length").unwrap_or("0");
    value.parse().unwrap_or(0)
}
