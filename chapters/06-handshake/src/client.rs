//! The client's side: the request's bytes out, then bytes in and an agreement out.

use raw_http::{Limits, ResponseHead};

use crate::gather::Gather;
use crate::heads::encode_request;
use crate::offer::{Agreed, InvalidOffer, Offer};
use crate::rejection::Rejection;

/// The most interim answers (100, 103) before the one that counts. Servers send one or
/// two; one that sends them for ever must not be listened to for ever.
const MOST_INTERIM: usize = 8;

/// The client's side of one handshake, without I/O.
///
/// ```
/// use handshake::{ClientHandshake, Offer};
///
/// let url = "ws://example.com/chat".parse()?;
/// let nonce = *b"the sample nonce";
/// let mut handshake = ClientHandshake::new(Offer::new(&url), nonce, Default::default())?;
/// assert!(handshake.request().starts_with(b"GET /chat HTTP/1.1\r\n"));
///
/// let input = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
///               Connection: Upgrade\r\n\
///               Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nand frames";
/// let (agreed, used) = handshake.receive(input)?.expect("the head is whole");
/// assert_eq!((agreed.subprotocol, &input[used..]), (None, &b"and frames"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ClientHandshake {
    offer: Offer,
    nonce: [u8; 16],
    request: Vec<u8>,
    limits: Limits,
    /// `None` once the answer has come.
    head: Option<Gather>,
    interim: usize,
}

impl ClientHandshake {
    /// A handshake that is not begun. `nonce` is to be chosen at random, for this
    /// connection alone (RFC 6455 §4.1, item 7).
    ///
    /// # Errors
    ///
    /// When something of the offer cannot be written.
    pub fn new(
        offer: Offer,
        nonce: [u8; 16],
        limits: Limits,
    ) -> Result<Self, InvalidOffer> {
        Ok(Self {
            request: encode_request(&offer.request(nonce)?),
            head: Some(Gather::new(&limits)),
            offer,
            nonce,
            limits,
            interim: 0,
        })
    }

    /// The bytes to send. Nothing may be sent after them until the answer has been checked
    /// (RFC 6455 §4.1).
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Takes what has come: what was agreed on, once the answer's head is whole, and how
    /// many bytes of `input` belong to it. **The bytes after them are the first frames**;
    /// they are the caller's to keep. With `None` all of `input` has been taken.
    ///
    /// # Errors
    ///
    /// When the answer is not one that opens this WebSocket. Close the connection.
    ///
    /// # Panics
    ///
    /// When the answer has come already: what follows it is no part of a handshake.
    pub fn receive(
        &mut self,
        input: &[u8],
    ) -> Result<Option<(Agreed, usize)>, Rejection> {
        let mut used = 0;
        loop {
            let rest = &input[used..];
            let gather = self.head.as_mut().expect("the answer has come already");
            let Some((head, length)) = gather.receive(rest, ResponseHead::parse)?
            else {
                return Ok(None);
            };
            used += length;
            // RFC 9110 §15.2: interim answers may come before any other, unasked.
            if head.status == 101 || head.status >= 200 {
                self.head = None;
                return Ok(Some((self.offer.check(self.nonce, head)?, used)));
            }
            self.interim += 1;
            if self.interim > MOST_INTERIM {
                return Err(Rejection::TooManyInterim);
            }
            self.head = Some(Gather::new(&self.limits));
        }
    }
}
