//! A message under way, or none.

use frames::Opcode;

/// A frame, unmasked. Its header has been checked: a control frame has FIN.
#[derive(Debug)]
pub struct Frame {
    /// Whether its message ends with it.
    pub fin: bool,
    /// What it is.
    pub opcode: Opcode,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// What a frame completes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message: `Opcode::Text` or `Opcode::Binary`, and all of its bytes.
    Message(Opcode, Vec<u8>),
    /// A control frame and its payload.
    Control(Opcode, Vec<u8>),
}

/// Puts messages together.
#[derive(Debug)]
pub struct Gather {
    max_bytes: usize,
    max_fragments: usize,
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    opcode: Opcode,
    bytes: Vec<u8>,
    fragments: usize,
}

impl Gather {
    /// Waits for a message.
    pub fn new(max_bytes: usize, max_fragments: usize) -> Self {
        Self {
            max_bytes,
            max_fragments,
            under_way: None,
        }
    }

    /// Takes the next frame: what is complete with it.
    ///
    /// # Errors
    ///
    /// The code to close with.
    pub fn receive(&mut self, frame: Frame) -> Result<Option<Event>, u16> {
        let Frame {
            fin,
            opcode,
            payload,
        } = frame;
        if opcode.is_control() {
            return Ok(Some(Event::Control(opcode, payload)));
        }
        let begins = opcode != Opcode::Continuation;
        let mut message = match (begins, self.under_way.take()) {
            (true, None) => UnderWay {
                opcode,
                bytes: Vec::new(),
                fragments: 0,
            },
            (false, Some(message)) => message,
            (true, Some(_)) | (false, None) => return Err(1002),
        };
        message.fragments += 1;
        let length = message.bytes.len() + payload.len();
        if length > self.max_bytes || message.fragments > self.max_fragments {
            return Err(1009);
        }
        message.bytes.extend(payload);
        if fin {
            return Ok(Some(Event::Message(message.opcode, message.bytes)));
        }
        self.under_way = Some(message);
        Ok(None)
    }
}
