//! The reader, repaired: of a read it takes what belongs to a request, and keeps the rest.

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
        self.buffer.extend_from_slice(read);
        let mut orders = Vec::new();
        while let Some(order) = self.take_order() {
            orders.push(order);
        }
        orders
    }

    /// The next request, if all of it is there; its bytes leave the buffer, and no others.
    fn take_order(&mut self) -> Option<Order> {
        let mut scan = HeadScan::new(&Limits::default());
        let (head, length) = RequestHead::parse(&self.buffer, &mut scan).ok()??;
        let end = length + content_length(&head.headers);
        if self.buffer.len() < end {
            return None;
        }
        let body = self.buffer[length..end].to_vec();
        self.buffer.drain(..end);
        Some(Order {
            target: head.target,
            body,
        })
    }
}

/// The declared length of the body. There are no chunks in this shop.
fn content_length(headers: &Headers) -> usize {
    let value = headers.get("content-length").unwrap_or("0");
    value.parse().unwrap_or(0)
}
