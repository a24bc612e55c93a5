//! What a connection says.

use std::borrow::Cow;

use bytes::{Buf, Bytes};
use frames::{Header, Opcode, Role};
use messages::Message;

use super::Connection;
use super::state::{Patience, State};
use crate::close::{CloseCode, MAX_CONTROL, MAX_REASON};
use crate::event::SendError;
use crate::output::Output;

/// A payload of so many bytes takes as long to be copied as a write of its own takes.
const WORTH_A_WRITE: usize = 32 << 10;

impl Connection {
    /// Whether so little waits to be written that the next message may be sent: less than
    /// [`max_output`](crate::Config::max_output). Whoever sends nevertheless makes the output larger.
    #[inline]
    pub fn has_room(&self) -> bool {
        self.output.remaining() < self.config.max_output
    }

    /// What is to be written. Take from it what the stream has taken.
    #[inline]
    pub fn output(&mut self) -> &mut Output {
        if let Some(payload) = self.unanswered.take_if(|_| !self.output.has_remaining())
        {
            self.put(Opcode::Pong, &payload);
        }
        &mut self.output
    }

    /// Throws the output away: the stream has failed.
    pub fn abandon_output(&mut self) {
        self.output.clear();
        self.unanswered = None;
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// When the connection is closing.
    #[inline]
    pub fn send(&mut self, message: Message<'_>) -> Result<(), SendError> {
        if let Some(payload) = self.begin(message)? {
            self.output.put_bytes(payload);
        }
        Ok(())
    }

    /// Sends a message, or no more of it than its header: then it gives the payload back,
    /// which is so large that whoever has a stream tries to write it from where it lies.
    /// What is not written is to be put behind the header.
    #[inline]
    pub(crate) fn begin<'a>(
        &mut self,
        message: Message<'a>,
    ) -> Result<Option<&'a [u8]>, SendError> {
        let (opcode, payload) = match message {
            Message::Binary(payload) => (Opcode::Binary, payload),
            Message::Text(Cow::Borrowed(text)) => {
                (Opcode::Text, Cow::Borrowed(text.as_bytes()))
            }
            Message::Text(Cow::Owned(text)) => {
                (Opcode::Text, Cow::Owned(text.into_bytes()))
            }
        };
        if !self.is_open() {
            return Err(SendError::Closed);
        }
        let header = self.header(opcode, payload.len());
        if self.extension.is_some() {
            self.put_extended(header, payload);
            return Ok(None);
        }
        match payload {
            Cow::Borrowed(payload)
                if payload.len() >= WORTH_A_WRITE && header.masking_key.is_none() =>
            {
                self.output.put_bytes(&header.encode());
                return Ok(Some(payload));
            }
            Cow::Borrowed(payload) => self.output.put(header, payload),
            Cow::Owned(payload) => self.output.put_owned(header, payload),
        }
        Ok(None)
    }

    #[inline(never)]
    fn put_extended(&mut self, mut header: Header, payload: Cow<'_, [u8]>) {
        let extension = self.extension.as_mut();
        let changed = extension.and_then(|it| it.send(&mut header, &payload));
        match (changed, payload) {
            (Some(payload), _) => {
                header.payload_length = payload.len() as u64;
                self.output.put_owned(header, payload);
            }
            (None, Cow::Owned(payload)) => self.output.put_owned(header, payload),
            (None, Cow::Borrowed(payload)) => self.output.put(header, payload),
        }
    }

    /// A message as a server's frame, to be sent by many connections. With a payload of
    /// 4 KiB or more they share its memory, too.
    pub fn encode(message: &Message<'_>) -> Bytes {
        let (opcode, payload) = match message {
            Message::Text(text) => (Opcode::Text, text.as_bytes()),
            Message::Binary(payload) => (Opcode::Binary, &payload[..]),
        };
        let header = Header::new(opcode, payload.len() as u64).encode();
        [&header[..], payload].concat().into()
    }

    /// Sends a frame that [`encode`](Self::encode) has made, for one of many connections
    /// that are all told the same.
    ///
    /// # Errors
    ///
    /// When the connection is closing.
    ///
    /// # Panics
    ///
    /// For a client: each of its frames needs a key of its own.
    pub fn send_encoded(&mut self, frame: &Bytes) -> Result<(), SendError> {
        assert!(
            self.role == Role::Server,
            "a client's frames are not shared"
        );
        if !self.is_open() {
            return Err(SendError::Closed);
        }
        self.output.put_encoded(frame);
        Ok(())
    }

    /// Sends a ping with at most 125 bytes.
    ///
    /// # Errors
    ///
    /// When it has more, or the connection is closing.
    pub fn ping(&mut self, payload: &[u8]) -> Result<(), SendError> {
        self.control(Opcode::Ping, payload)
    }

    /// Sends a pong that nobody asked for, with at most 125 bytes (§5.5.3). Pings have
    /// their pongs without you.
    ///
    /// # Errors
    ///
    /// When it has more, or the connection is closing.
    pub fn pong(&mut self, payload: &[u8]) -> Result<(), SendError> {
        self.control(Opcode::Pong, payload)
    }

    fn control(&mut self, opcode: Opcode, payload: &[u8]) -> Result<(), SendError> {
        // §5.5: control frames MUST have a payload length of 125 bytes or less.
        if payload.len() > MAX_CONTROL {
            return Err(SendError::TooLong);
        }
        if !self.is_open() {
            return Err(SendError::Closed);
        }
        self.put(opcode, payload);
        Ok(())
    }

    /// Sends a Close frame: no message can be sent after it. Messages that the peer has sent
    /// meanwhile still come, and then its Close.
    ///
    /// # Errors
    ///
    /// When the reason has more than [`MAX_REASON`] bytes, or the connection is closing.
    pub fn close(&mut self, code: CloseCode, reason: &str) -> Result<(), SendError> {
        if reason.len() > MAX_REASON {
            return Err(SendError::TooLong);
        }
        if !self.is_open() {
            return Err(SendError::Closed);
        }
        self.put_close(Some(code), reason);
        self.state = State::Closing(Patience::new(&self.output));
        Ok(())
    }

    pub(super) fn put_close(&mut self, code: Option<CloseCode>, reason: &str) {
        let mut payload = Vec::with_capacity(MAX_CONTROL);
        if let Some(code) = code {
            payload.extend_from_slice(&code.get().to_be_bytes());
            payload.extend_from_slice(reason.as_bytes());
        }
        self.put(Opcode::Close, &payload);
    }

    pub(super) fn put(&mut self, opcode: Opcode, payload: &[u8]) {
        let header = self.header(opcode, payload.len());
        self.output.put(header, payload);
    }

    #[inline]
    fn header(&self, opcode: Opcode, length: usize) -> Header {
        let mut header = Header::new(opcode, length as u64);
        if self.role == Role::Client {
            // §5.1: a client MUST mask all frames; §5.3: with a fresh key each.
            header.masking_key = Some((self.config.masking_key)());
        }
        header
    }
}
