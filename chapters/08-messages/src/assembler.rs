//! Messages out of the parts of frames.

use std::borrow::Cow;

use frames::{Opcode, Part};

use crate::error::MessageError;
use crate::message::{Limits, Message, Received};
use crate::text::{self, Text};

/// Puts messages together from the parts that a [`Decoder`] gives, in their order.
///
/// Between two messages it holds nothing. For a message under way it reserves at most four
/// times what has come of it (and never less than 8 bytes), whatever a header announces.
///
/// ```
/// use frames::{Decoder, Role};
/// use messages::{Assembler, Limits, Message, Received};
///
/// let mut decoder = Decoder::new(Role::Client);
/// let mut assembler = Assembler::new(Limits::default());
/// // "Hel", a ping between the fragments, "lo": the frames of RFC 6455 §5.7.
/// let mut bytes = *b"\x01\x03Hel\x89\x00\x80\x02lo";
/// let mut input = &mut bytes[..];
/// let mut all = Vec::new();
/// while let Some(part) = decoder.decode(&mut input)? {
///     all.extend(assembler.receive(part)?);
/// }
/// let hello = Received::Message(Message::Text("Hello".into()));
/// assert_eq!(all, [Received::Ping(b"".into()), hello]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Decoder`]: frames::Decoder
#[derive(Debug)]
pub struct Assembler {
    limits: Limits,
    under_way: Option<UnderWay>,
    /// What has come of a control frame that comes in several parts.
    control: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Binary,
}

/// A message that has begun and not ended.
#[derive(Debug)]
struct UnderWay {
    gathered: Gathered,
    fragments: u32,
    /// How many bytes of the frame under way are still to come.
    left: u64,
}

#[derive(Debug)]
enum Gathered {
    Text(Text),
    Binary(Vec<u8>),
}

impl Assembler {
    /// An assembler that waits for a message.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            under_way: None,
            control: Vec::new(),
        }
    }

    /// How many bytes of memory are reserved for what is under way.
    pub fn reserved(&self) -> usize {
        let gathered =
            self.under_way
                .as_ref()
                .map_or(0, |message| match &message.gathered {
                    Gathered::Text(text) => text.capacity(),
                    Gathered::Binary(bytes) => bytes.capacity(),
                });
        gathered + self.control.capacity()
    }

    /// How many bytes have come of the message under way.
    pub fn gathered(&self) -> usize {
        self.under_way
            .as_ref()
            .map_or(0, |message| message.gathered.len())
    }

    /// Those of them that wait for the rest of their character: at most three, of a text.
    pub fn pending(&self) -> &[u8] {
        match self.under_way.as_ref().map(|message| &message.gathered) {
            Some(Gathered::Text(text)) => text.pending(),
            Some(Gathered::Binary(_)) | None => &[],
        }
    }

    /// Takes the next part of a frame; what is complete with it.
    ///
    /// # Errors
    ///
    /// As soon as the message cannot become one that this end takes: with its header, if
    /// that says so, before any memory is reserved, and with the first impossible byte of
    /// a text. The connection has to be failed, and the assembler is not to be used any
    /// more.
    #[inline]
    pub fn receive<'a>(
        &mut self,
        part: Part<'a>,
    ) -> Result<Option<Received<'a>>, MessageError> {
        match part.header.opcode {
            Opcode::Text if part.first => self.begin(Kind::Text, part),
            Opcode::Binary if part.first => self.begin(Kind::Binary, part),
            Opcode::Text | Opcode::Binary | Opcode::Continuation => self.go_on(part),
            Opcode::Ping => Ok(self.control(part).map(Received::Ping)),
            Opcode::Pong => Ok(self.control(part).map(Received::Pong)),
            Opcode::Close => Ok(self.control(part).map(Received::Close)),
        }
    }

    #[inline]
    fn begin<'a>(
        &mut self,
        kind: Kind,
        part: Part<'a>,
    ) -> Result<Option<Received<'a>>, MessageError> {
        // §5.4: the fragments of one message MUST NOT be interleaved with another's.
        if self.under_way.is_some() {
            return Err(MessageError::MessageUnderWay(part.header.opcode));
        }
        if !(part.header.fin && part.last) {
            self.under_way = Some(UnderWay::new(kind));
            return self.go_on(part);
        }
        let payload: &'a [u8] = part.payload;
        self.check_size(0, payload.len() as u64)?;
        let message = match kind {
            Kind::Text => Message::Text(text::whole(payload)?.into()),
            Kind::Binary => Message::Binary(payload.into()),
        };
        Ok(Some(Received::Message(message)))
    }

    fn go_on<'a>(
        &mut self,
        part: Part<'a>,
    ) -> Result<Option<Received<'a>>, MessageError> {
        // §5.4: a continuation frame continues a message.
        let Some(mut message) = self.under_way.take() else {
            return Err(MessageError::NothingToContinue);
        };
        if part.first {
            let announced = part.header.payload_length;
            self.check_size(message.gathered.len(), announced)?;
            message.begin_fragment(announced, self.limits.max_fragments)?;
        }
        // Once more: an extension that inflates it makes a payload longer than announced.
        self.check_size(message.gathered.len(), part.payload.len() as u64)?;
        message.push(part.payload)?;
        if part.last && part.header.fin {
            let message = message.gathered.finish()?;
            return Ok(Some(Received::Message(message)));
        }
        self.under_way = Some(message);
        Ok(None)
    }

    /// §10.4: an end SHOULD protect itself from messages that are too large.
    #[inline]
    fn check_size(&self, gathered: usize, more: u64) -> Result<(), MessageError> {
        let limit = self.limits.max_message;
        match (gathered as u64).checked_add(more) {
            Some(size) if size <= limit as u64 => Ok(()),
            _ => Err(MessageError::TooLarge(limit)),
        }
    }

    /// §5.5: a control frame stands for itself, also between the fragments of a message.
    #[inline]
    fn control<'a>(&mut self, part: Part<'a>) -> Option<Cow<'a, [u8]>> {
        if part.first && part.last {
            let payload: &'a [u8] = part.payload;
            return Some(payload.into());
        }
        self.control.extend_from_slice(part.payload);
        part.last.then(|| std::mem::take(&mut self.control).into())
    }
}

impl UnderWay {
    fn new(kind: Kind) -> Self {
        Self {
            gathered: match kind {
                Kind::Text => Gathered::Text(Text::default()),
                Kind::Binary => Gathered::Binary(Vec::new()),
            },
            fragments: 0,
            left: 0,
        }
    }

    fn begin_fragment(
        &mut self,
        announced: u64,
        most: u32,
    ) -> Result<(), MessageError> {
        // §10.4 again: an empty one costs no byte, and no limit of bytes ends them.
        if self.fragments == most {
            return Err(MessageError::TooManyFragments(most));
        }
        self.fragments += 1;
        self.left = announced;
        Ok(())
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), MessageError> {
        match &mut self.gathered {
            Gathered::Text(text) => {
                text.reserve(room(text.len(), text.capacity(), piece, self.left));
                text.push(piece)?;
            }
            Gathered::Binary(bytes) => {
                bytes.reserve(room(bytes.len(), bytes.capacity(), piece, self.left));
                bytes.extend_from_slice(piece);
            }
        }
        self.left = self.left.saturating_sub(piece.len() as u64);
        Ok(())
    }
}

impl Gathered {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    fn finish(self) -> Result<Message<'static>, MessageError> {
        Ok(match self {
            Self::Text(text) => Message::Text(text.finish()?.into()),
            Self::Binary(bytes) => Message::Binary(bytes.into()),
        })
    }
}

/// How much to reserve: the rest of the frame, so that a large one is not moved again and
/// again while it grows; but with it no more than four times what has come, so that it
/// costs a peer something to make this end reserve memory.
fn room(len: usize, capacity: usize, piece: &[u8], left: u64) -> usize {
    let come = len + piece.len();
    if come <= capacity {
        return 0;
    }
    let left = usize::try_from(left).unwrap_or(usize::MAX);
    let most = come.saturating_mul(4) - len;
    left.min(most).max(piece.len())
}
