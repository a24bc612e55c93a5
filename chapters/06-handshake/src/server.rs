//! The server's side: bytes in, a request out; then the answer's bytes.

use raw_http::{Limits, RequestHead};

use crate::gather::Gather;
use crate::heads::encode_response;
use crate::policy::Accepted;
use crate::refusal::Refusal;

/// The server's side of one handshake, without I/O.
///
/// ```
/// use handshake::{Policy, ServerHandshake};
///
/// let input = b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n\
///               Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
///               Sec-WebSocket-Version: 13\r\n\r\nand frames";
///
/// let mut handshake = ServerHandshake::new(&Default::default());
/// let (request, used) = handshake.receive(input)?.expect("the head is whole");
/// assert_eq!(&input[used..], b"and frames");
///
/// let accepted = Policy::default().check(&request)?;
/// let answer = handshake.answer(&Ok(accepted));
/// assert!(answer.starts_with(b"HTTP/1.1 101 Switching Protocols\r\n"));
/// # Ok::<(), handshake::Refusal>(())
/// ```
#[derive(Debug)]
pub struct ServerHandshake {
    /// `None` once the head has come.
    head: Option<Gather>,
    head_only: bool,
}

impl ServerHandshake {
    /// A handshake of which nothing has come. A request whose head is beyond the limits is
    /// refused.
    pub fn new(limits: &Limits) -> Self {
        Self {
            head: Some(Gather::new(limits)),
            head_only: false,
        }
    }

    /// Takes what has come: the head, once it is whole, and how many bytes of `input`
    /// belong to it. **The bytes after them are the first frames**; they are the caller's
    /// to keep. With `None` all of `input` has been taken.
    ///
    /// # Errors
    ///
    /// When the bytes can no longer become a head. [`answer`](Self::answer) it.
    ///
    /// # Panics
    ///
    /// When the head has come already: what follows it is no part of a handshake.
    pub fn receive(
        &mut self,
        input: &[u8],
    ) -> Result<Option<(RequestHead, usize)>, Refusal> {
        let gather = self.head.as_mut().expect("the head has come already");
        let found = gather.receive(input, RequestHead::parse)?;
        if let Some((head, _)) = &found {
            self.head_only = head.method == "HEAD";
            self.head = None;
        }
        Ok(found)
    }

    /// The bytes that answer. After a refusal the connection is to be closed.
    ///
    /// # Panics
    ///
    /// As [`Accepted::encode`].
    pub fn answer(&self, outcome: &Result<Accepted, Refusal>) -> Vec<u8> {
        match outcome {
            Ok(accepted) => accepted.encode(),
            Err(refusal) => encode_response(&refusal.response(), self.head_only),
        }
    }
}
