//! A connection without I/O: bytes in, events and bytes out.

mod sending;
mod state;
mod time;

use frames::{Decoder, Header, Opcode, Part, Role, Rsv};
use messages::{Assembler, Received};

use crate::close::parse_close;
use crate::config::Config;
use crate::event::{Closed, Event, Failure};
use crate::extension::Extension;
use crate::output::Output;
use state::{Alive, State};

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
    /// `None` when it has ended the connection.
    #[inline]
    pub(crate) fn complete<'a>(&mut self, payload: &'a mut [u8]) -> Option<Event<'a>> {
        let last_part = self.last_part;
        self.take(Part {
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
        })
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
            // §5.5.3: it answers those that waited, too, and they were asked before.
            self.unanswered = None;
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
        self.state = State::ended(closed, &self.output);
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
