//! The fields of two WebSocket frames next to each other (RFC 6455 §5.2).
//!
//! This reader is lenient on purpose: it shows a frame that no endpoint may accept.

use super::layout::{Pair, count, is_readable};
use super::{BOLD, DIM, EXPECTED, YOURS};
use crate::content::{escape, hex};

/// A field's name, its value, and the bytes in which it lies.
struct Field {
    name: &'static str,
    value: String,
}

/// The table of fields, and a sentence about the first that differs.
pub(super) fn table(pair: &Pair<'_>, at: usize) -> String {
    let (expected, got) = (fields(pair.expected), fields(pair.got));
    let rows: Vec<(&str, &str, &str)> = expected
        .iter()
        .zip(&got)
        .map(|(e, g)| (e.name, e.value.as_str(), g.value.as_str()))
        .collect();
    let first = rows.iter().find(|(_, expected, got)| expected != got);
    let mut out = String::new();
    if let Some((name, _, _)) = first {
        out += &format!("  in the field {BOLD}{name}{BOLD:#}{}\n", bits(pair, at));
    }
    let width = rows
        .iter()
        .map(|row| row.1.chars().count())
        .max()
        .unwrap_or(0);
    let width = width.max("expected".len());
    out += &format!("\n  {:16}{:width$}    yours\n", "field", "expected");
    for (name, expected, got) in rows {
        let pad = " ".repeat(width - expected.chars().count());
        if expected == got {
            out += &format!("  {DIM}{name:16}{expected}{pad}    {got}{DIM:#}\n");
        } else {
            out += &format!(
                "  {name:16}{EXPECTED}{expected}{EXPECTED:#}{pad}    \
                 {YOURS}{got}{YOURS:#}  ←\n"
            );
        }
    }
    out
}

/// The bits of the first or second byte, where a bit tells more than the byte does.
fn bits(pair: &Pair<'_>, at: usize) -> String {
    match (pair.expected.get(at), pair.got.get(at)) {
        (Some(expected), Some(got)) if at < 2 => {
            let bit = (expected ^ got).leading_zeros() as usize + 8 * at;
            let [expected, got] = [expected, got].map(|byte| {
                let bits = format!("{byte:08b}");
                format!("{} {}", &bits[..4], &bits[4..])
            });
            format!(
                ": bit {bit} of the frame; byte {at} is \
                 {EXPECTED}{expected}{EXPECTED:#}, yours {YOURS}{got}{YOURS:#}"
            )
        }
        _ => String::new(),
    }
}

fn fields(frame: &[u8]) -> Vec<Field> {
    let absent = || "–".to_owned();
    let flag = |byte: usize, mask: u8| match frame.get(byte) {
        Some(byte) => u8::from(byte & mask != 0).to_string(),
        None => absent(),
    };
    let header = Header::of(frame);
    let payload = frame.get(header.payload_at..).unwrap_or_default();
    let values = [
        ("FIN", flag(0, 0x80)),
        ("RSV1", flag(0, 0x40)),
        ("RSV2", flag(0, 0x20)),
        ("RSV3", flag(0, 0x10)),
        (
            "opcode",
            frame
                .first()
                .map_or_else(absent, |byte| opcode(byte & 0x0f)),
        ),
        ("MASK", flag(1, 0x80)),
        ("Payload length", header.length.unwrap_or_else(absent)),
        (
            "Masking-key",
            header.masking_key.map_or_else(absent, |key| hex(&key)),
        ),
        ("Payload data", shown(payload, header.masking_key)),
    ];
    values.map(|(name, value)| Field { name, value }).into()
}

struct Header {
    length: Option<String>,
    masking_key: Option<[u8; 4]>,
    payload_at: usize,
}

impl Header {
    fn of(frame: &[u8]) -> Self {
        let Some(second) = frame.get(1) else {
            return Self {
                length: None,
                masking_key: None,
                payload_at: frame.len(),
            };
        };
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let length = match frame.get(2..2 + extended) {
            Some([]) => Some((second & 0x7f).to_string()),
            Some(bytes) => {
                let value =
                    bytes.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
                Some(format!("{value}, in {extended} more bytes"))
            }
            None => Some("(cut off)".to_owned()),
        };
        let key_at = 2 + extended;
        let masked = second & 0x80 != 0;
        let key = masked.then(|| frame.get(key_at..key_at + 4)).flatten();
        Self {
            length,
            masking_key: key.and_then(|key| key.try_into().ok()),
            payload_at: key_at + if masked { 4 } else { 0 },
        }
    }
}

fn opcode(value: u8) -> String {
    let name = match value {
        0x0 => "continuation",
        0x1 => "text",
        0x2 => "binary",
        0x8 => "close",
        0x9 => "ping",
        0xa => "pong",
        _ => "reserved",
    };
    format!("{value:x} ({name})")
}

/// The payload after unmasking, as text or in hex, abbreviated.
fn shown(payload: &[u8], masking_key: Option<[u8; 4]>) -> String {
    const MOST: usize = 16;
    if payload.is_empty() {
        return "nothing".to_owned();
    }
    let key = masking_key.unwrap_or_default();
    let unmasked = payload
        .iter()
        .zip(key.iter().cycle())
        .map(|(byte, key)| byte ^ key);
    let start: Vec<u8> = unmasked.take(MOST).collect();
    let (start, cut) = match is_readable(&start) {
        true => (escape(&start), payload.len() > MOST),
        false => (
            hex(&start[..start.len().min(MOST / 2)]),
            payload.len() > MOST / 2,
        ),
    };
    let more = if cut { "…" } else { "" };
    format!("{start}{more} ({})", count(payload.len()))
}
