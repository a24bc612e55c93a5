//! A connection without I/O: bytes in, events and bytes out.

mod state;

use std::borrow::Cow;
use std::time::Instant;

use bytes::{Buf, Bytes};
use frames::{Decoder, Header, Opcode, Part, Role, Rsv};
use messages::{Assembler, Message, Received};

use crate::close::{CloseCode, MAX_CONTROL, MAX_REASON, parse_close};
use crate::config::Config;
use crate::event::{Closed, Event, Failure, SendError};
use crate::extension::Extension;
use crate::output::Output;
use state::{Alive, State, Tick};

/// One end of a WebSocket connection, from the end of the handshake on.
///
/// What comes is given to [`receive`](Self::receive), what is to be written is taken from
/// [`output`](Self::output), and the time is told to [`deadline`](Self::deadline) and
/// [`tick`](Self::tick). It never reads, writes, waits or asks for the time.
///
/// ```
/// use bytes::Buf;
/// use connection::{Config, Connection, Event, Role};
///
/// let mut server = Connection::new(Role::Server, Config::default());
/// // A masked ping, which says "Hello" (RFC 6455 §5.7).
/// let mut bytes = *b"\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
/// let event = server.receive(&mut &mut bytes[..]);
/// assert_eq!(event, Some(Event::Ping(b"Hello".into())));
/// assert_eq!(server.output().chunk(), b"\x8a\x05Hello");
/// ```
#[derive(Debug)]
pub struct Connection {
    role: Role,
    config: Config,
    decoder: Decoder,
    assembler: Assembler,
    extension: Option<Box<dyn Extension>>,
    output: Output,
    /// The last ping that came while there was no room for its pong.
    unanswered: Option<Box<[u8]>>,
    /// What [`advance`](Self::advance) has left to [`complete`](Self::complete).
    last_part: LastPart,
    state: State,
}

/// The last part of a message or of a control frame, whose payload is elsewhere.
#[derive(Debug, Clone, Copy)]
struct LastPart {
    opcode: Opcode,
    rsv: Rsv,
    first: bool,
    /// How many bytes its frame has.
    payload_length: u64,
}

impl Connection {
    /// An open connection.
    pub fn new(role: Role, config: Config) -> Self {
        let max_payload = config.limits.max_message as u64;
        Self {
            role,
            decoder: Decoder::new(role).max_payload(max_payload),
            assembler: Assembler::new(config.limits),
            extension: None,
            output: Output::default(),
            unanswered: None,
            last_part: LastPart {
                opcode: Opcode::Binary,
                rsv: Rsv::NONE,
                first: true,
                payload_length: 0,
            },
            state: State::Open(Alive::new()),
            config,
        }
    }

    /// With an extension that the handshake agreed on.
    #[must_use]
    pub fn with_extension(mut self, extension: Box<dyn Extension>) -> Self {
        self.decoder = self.decoder.allow(extension.rsv());
        self.extension = Some(extension);
        self
    }

    /// Takes what has come, up to the next event. `None` when all of it is taken; call it
    /// again with what comes next. After [`Event::Closed`] everything is thrown away.
    #[inline]
    pub fn receive<'a>(&mut self, input: &mut &'a mut [u8]) -> Option<Event<'a>> {
        while let Some(part) = self.next_part(input) {
            let event = self.take(part);
            if event.is_some() {
                return event;
            }
        }
        self.take_closed().map(Event::Closed)
    }

    /// Takes what has come, up to a part that completes an event, and gives the length of
    /// its payload, which lies before what is left of `input`. [`complete`](Self::complete)
    /// makes the event of it.
    ///
    /// This is `receive` in two steps. A driver reads and takes in a loop, and a loop
    /// cannot give out what it borrowed and go on with the buffer otherwise. The part is
    /// kept here meanwhile: to hand it from function to function takes longer than to read
    /// it.
    #[inline]
    pub(crate) fn advance(&mut self, input: &mut &mut [u8]) -> Option<usize> {
        while let Some(part) = self.next_part(input) {
            if part.last && part.header.fin {
                self.last_part = LastPart {
                    opcode: part.header.opcode,
                    rsv: part.header.rsv,
                    first: part.first,
                    payload_length: part.header.payload_length,
                };
                return Some(part.payload.len());
            }
            self.take(part);
        }
        None
    }

    /// The event of the part that `advance` has stopped at; `payload` is where it lies.
    #[inline]
    pub(crate) fn complete<'a>(&mut self, payload: &'a mut [u8]) -> Option<Event<'a>> {
        let last_part = self.last_part;
        let event = self.take(Part {
            header: Header {
                fin: true,
                rsv: last_part.rsv,
                opcode: last_part.opcode,
                masking_key: None,
                payload_length: last_part.payload_length,
            },
            payload,
            first: last_part.first,
            last: true,
        });
        if event.is_none() {
            return self.take_closed().map(Event::Closed);
        }
        event
    }

    #[inline]
    fn next_part<'a>(&mut self, input: &mut &'a mut [u8]) -> Option<Part<'a>> {
        match &mut self.state {
            State::Open(alive) => alive.heard |= !input.is_empty(),
            State::Closing { .. } => {}
            State::Ended { .. } => {
                // §7.1.7, §5.5.1: nothing that follows is processed.
                *input = &mut [];
                return None;
            }
        }
        match self.decoder.decode(input) {
            Ok(part) => part,
            Err(error) => {
                self.fail_the_connection(error.into());
                *input = &mut [];
                None
            }
        }
    }

    #[inline]
    fn take<'a>(&mut self, part: Part<'a>) -> Option<Event<'a>> {
        let received = match &mut self.extension {
            None => match self.assembler.receive(part) {
                Ok(received) => received,
                Err(error) => return self.failed(error.into()),
            },
            Some(extension) => match extension.receive(part, &mut self.assembler) {
                Ok(received) => received,
                Err(failure) => return self.failed(failure),
            },
        };
        match received? {
            Received::Message(message) => Some(Event::Message(message)),
            Received::Ping(payload) => {
                self.answer(&payload);
                Some(Event::Ping(payload))
            }
            Received::Pong(payload) => Some(Event::Pong(payload)),
            Received::Close(payload) => {
                self.close_received(&payload);
                None
            }
        }
    }

    /// §5.5.2: a ping is answered, also when our Close has been sent, until the peer's has
    /// come.
    #[inline(never)]
    fn answer(&mut self, payload: &[u8]) {
        if self.has_room() {
            self.put(Opcode::Pong, payload);
        } else {
            // §5.5.3: of several pings that wait, only the last one has to be answered. So
            // a peer that asks and does not read gets no more than a place for one.
            self.unanswered = Some(payload.into());
        }
    }

    #[cold]
    fn close_received(&mut self, payload: &[u8]) {
        let frame = match parse_close(payload) {
            Ok(frame) => frame,
            Err(error) => return self.fail_the_connection(error.into()),
        };
        let code = frame.map(|(code, _)| code);
        let closed =
            Closed::Agreed(frame.map(|(code, reason)| (code, reason.to_owned())));
        if self.is_open() {
            // §5.5.1: whoever gets a Close and has sent none sends one, with its code.
            self.put_close(code, "");
        }
        self.end(closed);
    }

    #[cold]
    fn failed<'a>(&mut self, failure: Failure) -> Option<Event<'a>> {
        self.fail_the_connection(failure);
        None
    }

    /// §7.1.7: says why, unless a Close has been sent, and listens no more.
    fn fail_the_connection(&mut self, failure: Failure) {
        if self.is_open() {
            self.put_close(Some(failure.close_code()), "");
        }
        self.end(Closed::Failed(failure));
    }

    fn end(&mut self, closed: Closed) {
        self.unanswered = None;
        self.state = State::ended(closed);
    }

    /// Whether messages can be sent.
    #[inline]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Whether it is over, for the peer or for us, but for what [`output`](Self::output)
    /// holds.
    #[inline]
    pub fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended { .. })
    }

    /// Which end this is. The server is to end the TCP connection first (§7.1.1).
    pub fn role(&self) -> Role {
        self.role
    }

    /// The last event, if it has not been told: for the ends that no byte brings about.
    #[inline]
    pub fn take_closed(&mut self) -> Option<Closed> {
        match &mut self.state {
            State::Open(_) | State::Closing { .. } => None,
            State::Ended { untold, .. } => untold.take(),
        }
    }

    /// Whether [`take_closed`](Self::take_closed) has something to say.
    pub(crate) fn has_news(&self) -> bool {
        matches!(&self.state, State::Ended { untold, .. } if untold.is_some())
    }

    /// Tells it that nothing more will come, since the stream has ended or has failed.
    pub fn end_of_input(&mut self) {
        if !self.has_ended() {
            self.end(Closed::Lost);
        }
    }
}

/// Sending.
impl Connection {
    /// Whether so little waits to be written that the next message may be sent: less than
    /// [`Config::max_output`]. Whoever sends nevertheless makes the output larger.
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
            return self.send_extended(header, payload);
        }
        match payload {
            Cow::Borrowed(payload) => self.output.put(header, payload),
            Cow::Owned(payload) => self.output.put_owned(header, payload),
        }
        Ok(())
    }

    #[inline(never)]
    fn send_extended(
        &mut self,
        mut header: Header,
        payload: Cow<'_, [u8]>,
    ) -> Result<(), SendError> {
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
        Ok(())
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
        self.state = State::Closing { deadline: None };
        Ok(())
    }

    fn put_close(&mut self, code: Option<CloseCode>, reason: &str) {
        let mut payload = Vec::with_capacity(MAX_CONTROL);
        if let Some(code) = code {
            payload.extend_from_slice(&code.get().to_be_bytes());
            payload.extend_from_slice(reason.as_bytes());
        }
        self.put(Opcode::Close, &payload);
    }

    fn put(&mut self, opcode: Opcode, payload: &[u8]) {
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

/// Time.
impl Connection {
    /// Whether there is a [`deadline`](Self::deadline), or else nobody need look at a clock.
    #[inline]
    pub fn watches_the_time(&self) -> bool {
        !self.is_open() || self.config.keepalive.is_some()
    }

    /// When [`tick`](Self::tick) is due, if nothing happens before. A wait that has begun
    /// since the last call begins now.
    pub fn deadline(&mut self, now: Instant) -> Option<Instant> {
        self.state.deadline(now, &self.config)
    }

    /// Does what is due: asks a silent peer whether it is there, or gives it up.
    pub fn tick(&mut self, now: Instant) {
        match self.state.tick(now, &self.config) {
            Tick::Nothing => {}
            Tick::Ask => self.put(Opcode::Ping, b""),
            Tick::GiveUp => {
                self.abandon_output();
                if !self.has_ended() {
                    self.end(Closed::TimedOut);
                }
            }
        }
    }
}
