//! A frame taken apart, bit by bit: for eyes, and for frames that nobody may take.

use std::ops::Range;

use crate::decoder::{Decoder, Role};
use crate::error::FrameError;
use crate::mask::{MaskingKey, mask};
use crate::opcode::Opcode;

/// A field of a frame, as RFC 6455 §5.2 names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Which bits of the frame it is; the first is 0.
    pub bits: Range<usize>,
    /// What it says.
    pub value: String,
}

/// What can be said of a frame, whether it is one or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The fields whose first byte is there, in their order on the wire.
    pub fields: Vec<Field>,
    /// How many bytes the frame takes of those that were given.
    pub length: usize,
    /// How many more it would take.
    pub missing: u64,
    /// The payload as far as it has come, without its mask.
    pub payload: Vec<u8>,
    /// What a client makes of it.
    pub client: Result<(), FrameError>,
    /// What a server makes of it.
    pub server: Result<(), FrameError>,
}

/// Names the bits of the frame at the beginning of `bytes`. Copies its payload.
pub fn inspect(bytes: &[u8]) -> Inspection {
    let mut reader = Fields {
        bytes,
        at: 0,
        fields: Vec::new(),
    };
    let Start { masked, length } = reader.start();
    let key = masked.then(|| reader.masking_key()).flatten();
    let rest = bytes.get(reader.at..).unwrap_or_default();
    let taken = usize::try_from(length).map_or(rest.len(), |n| n.min(rest.len()));
    let mut payload = rest[..taken].to_vec();
    if let Some(key) = key {
        mask(&mut payload, key, 0);
    }
    if taken > 0 {
        let value = match taken as u64 == length {
            true => format!("{taken} bytes"),
            false => format!("{taken} bytes of {length}"),
        };
        reader.push("Payload data", taken, value);
    }
    let end = reader.at.min(bytes.len());
    let header_missing = (reader.at - end) as u64;
    Inspection {
        fields: reader.fields,
        length: end,
        missing: header_missing.saturating_add(length - taken as u64),
        payload,
        client: outcome(Role::Client, &bytes[..end]),
        server: outcome(Role::Server, &bytes[..end]),
    }
}

/// What a decoder says to these bytes, with its default limit.
fn outcome(role: Role, bytes: &[u8]) -> Result<(), FrameError> {
    let mut decoder = Decoder::new(role);
    decoder.decode(&mut &mut bytes.to_vec()[..]).map(|_| ())
}

/// Reads what is there, and breaks no rule by it.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    fields: Vec<Field>,
}

struct Start {
    masked: bool,
    length: u64,
}

impl Fields<'_> {
    /// The first two bytes, and the length behind them.
    fn start(&mut self) -> Start {
        let bit = |byte: u8, place: usize| byte >> (7 - place) & 1;
        if let Some(first) = self.bytes.first() {
            for (place, name) in ["FIN", "RSV1", "RSV2", "RSV3"].iter().enumerate() {
                self.put(name, place..place + 1, bit(*first, place).to_string());
            }
            let bits = first & 0x0f;
            let name = match Opcode::from_bits(bits) {
                Some(opcode) => opcode.to_string(),
                None => "reserved".to_owned(),
            };
            self.put("opcode", 4..8, format!("{bits:X}, {name}"));
        }
        self.at = 2;
        let Some(second) = self.bytes.get(1) else {
            return Start {
                masked: false,
                length: 0,
            };
        };
        let masked = bit(*second, 0) == 1;
        self.put("MASK", 8..9, u8::from(masked).to_string());
        let short = second & 0x7f;
        let (width, value) = match short {
            126 => (2, "126: it is in the next 2 bytes".to_owned()),
            127 => (8, "127: it is in the next 8 bytes".to_owned()),
            short => (0, short.to_string()),
        };
        self.put("Payload len", 9..16, value);
        let length = match width {
            0 => u64::from(short),
            width => self.extended(width),
        };
        Start { masked, length }
    }

    fn extended(&mut self, width: usize) -> u64 {
        let bytes = self.come(width);
        let complete = bytes.len() == width;
        let number = bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let length = if complete { number } else { 0 };
        let value = match complete {
            true => number.to_string(),
            false => "incomplete".to_owned(),
        };
        self.push("Extended payload length", width, value);
        length
    }

    fn masking_key(&mut self) -> Option<MaskingKey> {
        let bytes = self.come(4);
        let key = bytes.try_into().ok().map(MaskingKey);
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.push("Masking-key", 4, hex.join(" "));
        key
    }

    /// Those of the next bytes that have come.
    fn come(&self, length: usize) -> &[u8] {
        let end = (self.at + length).min(self.bytes.len());
        self.bytes.get(self.at..end).unwrap_or_default()
    }

    /// A field of whole bytes; nothing if none of them has come.
    fn push(&mut self, name: &'static str, length: usize, value: String) {
        let come = self.come(length).len();
        if come > 0 {
            self.put(name, 8 * self.at..8 * (self.at + come), value);
        }
        self.at += length;
    }

    fn put(&mut self, name: &'static str, bits: Range<usize>, value: String) {
        self.fields.push(Field { name, bits, value });
    }
}
