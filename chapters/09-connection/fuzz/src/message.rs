//! Messages.

use frames::{Decoder, Opcode, Role};
use messages::{Assembler, Limits, Message, Received, Refusal};

use crate::frame::{Read, frames};
use crate::{split, ways};

pub(crate) const LIMITS: Limits = Limits {
    max_message: 500,
    max_fragments: 12,
};

/// Messages are the same however their frames are cut; they are those that a reader finds
/// who waits until each frame is complete; and memory is reserved for what has come.
pub fn message(input: &[u8]) {
    let Some((role, seed, bytes)) = split(input) else {
        return;
    };
    let [whole, others @ ..] =
        ways(seed, bytes.len()).map(|pieces| messages(role, bytes, &pieces));
    for other in others {
        assert_eq!(whole, other);
    }
    let (received, refused) = whole;
    let (read, error) = frames(role, bytes, &[bytes.len()]);
    let (expected, broken) = by_waiting(&read);
    assert_eq!(received, expected);
    if broken || error.is_some() {
        assert!(refused.is_some());
    } else if read.last().is_none_or(|frame| frame.complete) {
        assert_eq!(refused, None);
    }
}

type Outcome = (Vec<Received<'static>>, Option<Refusal>);

fn messages(role: Role, bytes: &[u8], pieces: &[usize]) -> Outcome {
    let mut decoder = Decoder::new(role).max_payload(70_000);
    let mut assembler = Assembler::new(LIMITS);
    let mut received = Vec::new();
    let mut bytes = bytes.to_vec();
    let mut rest = &mut bytes[..];
    let mut come = 0;
    for &length in pieces {
        let (mut input, after) = rest.split_at_mut(length);
        rest = after;
        come += length;
        loop {
            let part = match decoder.decode(&mut input) {
                Ok(None) => break,
                Ok(Some(part)) => part,
                Err(error) => return (received, Some(Refusal::Frame(error))),
            };
            match assembler.receive(part) {
                Ok(None) => {}
                Ok(Some(whole)) => received.push(whole.into_owned()),
                Err(error) => return (received, Some(Refusal::Message(error))),
            }
            // For the message four times, and 125 bytes of a control frame twice.
            let reserved = assembler.reserved();
            assert!(reserved <= 4 * come + 8 + 250, "{reserved} for {come}");
            assert!(assembler.gathered() <= LIMITS.max_message);
            assert!(assembler.pending().len() <= 3);
        }
    }
    (received, None)
}

/// The rules once more, for whole frames: what is received, and whether a rule is broken.
fn by_waiting(frames: &[Read]) -> (Vec<Received<'static>>, bool) {
    let mut received = Vec::new();
    let mut under_way: Option<(bool, Vec<u8>, u32)> = None;
    for Read {
        header,
        payload,
        complete,
    } in frames
    {
        if !complete {
            break;
        }
        let owned = payload.clone();
        let begins = match header.opcode {
            Opcode::Ping => {
                received.push(Received::Ping(owned.into()));
                continue;
            }
            Opcode::Pong => {
                received.push(Received::Pong(owned.into()));
                continue;
            }
            Opcode::Close => {
                received.push(Received::Close(owned.into()));
                continue;
            }
            Opcode::Text | Opcode::Binary => true,
            Opcode::Continuation => false,
        };
        if begins == under_way.is_some() {
            return (received, true);
        }
        let is_text = header.opcode == Opcode::Text;
        let message = under_way.take().unwrap_or((is_text, Vec::new(), 0));
        let (is_text, mut bytes, fragments) = message;
        bytes.extend(payload);
        if bytes.len() > LIMITS.max_message || fragments == LIMITS.max_fragments {
            return (received, true);
        }
        let error = str::from_utf8(&bytes).err().filter(|_| is_text);
        if error.is_some_and(|error| header.fin || error.error_len().is_some()) {
            return (received, true);
        }
        if !header.fin {
            under_way = Some((is_text, bytes, fragments + 1));
        } else if is_text {
            let text = String::from_utf8(bytes).expect("it was looked at");
            received.push(Received::Message(Message::Text(text.into())));
        } else {
            received.push(Received::Message(Message::Binary(bytes.into())));
        }
    }
    (received, false)
}
