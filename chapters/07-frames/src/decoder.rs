//! The frames of one connection, out of bytes that come in any pieces.

use crate::error::FrameError;
use crate::header::{Header, Rsv};
use crate::mask::mask;
use crate::parse::{Rules, parse};

/// Whose end of the connection this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The one that asked for the connection. It masks what it sends.
    Client,
    /// The one that accepted it.
    Server,
}

/// The longest payload of a frame that a [`Decoder`] takes unless it is told otherwise:
/// 16 MiB.
pub const DEFAULT_MAX_PAYLOAD: u64 = 16 << 20;

/// Reads frames.
///
/// It takes all of its input at once, whatever that ends with, and holds nothing back: a
/// payload is handed on as it comes. What it keeps is an incomplete header, at most 13
/// bytes, so a frame of any size costs it no memory.
///
/// ```
/// use frames::{Decoder, Role};
///
/// let mut decoder = Decoder::new(Role::Client);
/// let mut bytes = *b"\x81\x05Hello\x89";
/// let mut input = &mut bytes[..];
/// let part = decoder.decode(&mut input)?.expect("a frame");
/// assert_eq!((&*part.payload, part.first, part.last), (&b"Hello"[..], true, true));
/// assert!(decoder.decode(&mut input)?.is_none(), "half a header is no part");
/// assert!(input.is_empty(), "and it is kept");
/// # Ok::<(), frames::FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    rules: Rules,
    state: State,
}

/// Where in the stream the next byte stands.
#[derive(Debug, Clone, Copy)]
enum State {
    /// At the beginning of a frame.
    BetweenFrames,
    /// In a header, of which so much has come.
    Header(Begun),
    /// In a payload, of which so many bytes have come, and some have not.
    Payload { header: Header, done: u64 },
    /// Behind a mistake.
    Failed(FrameError),
}

/// The beginning of a header.
#[derive(Debug, Clone, Copy, Default)]
struct Begun {
    bytes: [u8; Header::MAX_LENGTH],
    length: usize,
}

impl Begun {
    /// With as many of these behind it as a header can have.
    fn and(mut self, more: &[u8]) -> Self {
        let room = &mut self.bytes[self.length..];
        let length = more.len().min(room.len());
        room[..length].copy_from_slice(&more[..length]);
        self.length += length;
        self
    }

    /// The header that begins here and goes on in `input`, and how many bytes of `input`
    /// it takes.
    fn parse_with(
        &self,
        input: &[u8],
        rules: &Rules,
    ) -> Result<Option<(Header, usize)>, FrameError> {
        let joined = self.and(input);
        let parsed = parse(&joined.bytes[..joined.length], rules)?;
        Ok(parsed.map(|(header, length)| (header, length - self.length)))
    }
}

/// A piece of a frame's payload, unmasked. A frame that was in the input as a whole is one
/// part, the first and the last.
///
/// The first part comes as soon as the header is complete, so it can be empty though more
/// is to follow: whoever does not like the header need not wait.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The header of the frame, the same with each of its parts.
    pub header: Header,
    /// The piece, in the place where it was read, and unmasked there.
    pub payload: &'a mut [u8],
    /// Whether the frame begins with this part.
    pub first: bool,
    /// Whether the frame ends with this part.
    pub last: bool,
}

impl Decoder {
    /// A decoder for what comes to `role`: a server takes masked frames only, a client only
    /// others (RFC 6455 §5.1). It takes no reserved bit, and [`DEFAULT_MAX_PAYLOAD`].
    pub fn new(role: Role) -> Self {
        Self {
            rules: Rules {
                role: Some(role),
                rsv: Rsv::NONE,
                max_payload: DEFAULT_MAX_PAYLOAD,
            },
            state: State::BetweenFrames,
        }
    }

    /// With another limit for the payload of one frame, in bytes.
    #[must_use]
    pub fn max_payload(mut self, bytes: u64) -> Self {
        self.rules.max_payload = bytes;
        self
    }

    /// With these reserved bits, which an extension uses that both sides agreed on.
    #[must_use]
    pub fn allow(mut self, rsv: Rsv) -> Self {
        self.rules.rsv = rsv;
        self
    }

    /// Takes the next part out of `input`. `None` when nothing is left there: all of it is
    /// handed on, or kept as the beginning of a header.
    ///
    /// # Errors
    ///
    /// At the first byte that breaks a rule, the limit included, before anything of its
    /// frame is handed on. After an error it gives that error again, and takes nothing.
    #[inline]
    pub fn decode<'a>(
        &mut self,
        input: &mut &'a mut [u8],
    ) -> Result<Option<Part<'a>>, FrameError> {
        match &self.state {
            // Most headers come whole, and are read where they lie.
            State::BetweenFrames => {
                let parsed = parse(input, &self.rules);
                self.begin(parsed, input)
            }
            State::Header(_) | State::Payload { .. } | State::Failed(_) => {
                self.go_on(input)
            }
        }
    }

    /// In the middle of a frame, or after the end of everything.
    #[inline(never)]
    fn go_on<'a>(
        &mut self,
        input: &mut &'a mut [u8],
    ) -> Result<Option<Part<'a>>, FrameError> {
        match &self.state {
            State::BetweenFrames => Ok(None),
            State::Header(begun) => {
                let parsed = begun.parse_with(input, &self.rules);
                self.begin(parsed, input)
            }
            State::Payload { .. } if input.is_empty() => Ok(None),
            State::Payload { header, done } => {
                Ok(Some(self.part(*header, *done, false, input)))
            }
            State::Failed(error) => Err(*error),
        }
    }

    /// The first part of a frame whose header is complete, and takes so many bytes of
    /// `input`.
    #[inline]
    fn begin<'a>(
        &mut self,
        parsed: Result<Option<(Header, usize)>, FrameError>,
        input: &mut &'a mut [u8],
    ) -> Result<Option<Part<'a>>, FrameError> {
        match parsed {
            Ok(Some((header, length))) => {
                take(input, length as u64);
                Ok(Some(self.part(header, 0, true, input)))
            }
            Ok(None) => {
                self.keep(input);
                Ok(None)
            }
            Err(error) => {
                self.state = State::Failed(error);
                Err(error)
            }
        }
    }

    /// What `input` has of the payload, of which so many bytes are done.
    #[inline]
    fn part<'a>(
        &mut self,
        header: Header,
        done: u64,
        first: bool,
        input: &mut &'a mut [u8],
    ) -> Part<'a> {
        let left = header.payload_length - done;
        let payload = take(input, left);
        if let Some(key) = header.masking_key {
            mask(payload, key, (done % 4) as usize);
        }
        let taken = payload.len() as u64;
        let last = taken == left;
        self.state = match last {
            true => State::BetweenFrames,
            false => State::Payload {
                header,
                done: done + taken,
            },
        };
        Part {
            header,
            payload,
            first,
            last,
        }
    }

    /// Keeps all of `input`, which is no whole header yet.
    fn keep(&mut self, input: &mut &mut [u8]) {
        if input.is_empty() {
            return;
        }
        let begun = match self.state {
            State::Header(begun) => begun,
            State::BetweenFrames | State::Payload { .. } | State::Failed(_) => {
                Begun::default()
            }
        };
        self.state = State::Header(begun.and(input));
        *input = &mut [];
    }
}

/// Takes so many bytes off the front of `input`, or all there are.
#[inline]
fn take<'a>(input: &mut &'a mut [u8], length: u64) -> &'a mut [u8] {
    let length = usize::try_from(length).map_or(input.len(), |n| n.min(input.len()));
    let (front, rest) = std::mem::take(input).split_at_mut(length);
    *input = rest;
    front
}
