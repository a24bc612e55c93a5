//! What the inspector prints.

use std::fmt::Write as _;

use frames::{Field, FrameError, Inspection, inspect};
use wiretap::escape;

use crate::hex;

/// So many bytes of a payload are printed.
const SHOWN: usize = 8;

/// One frame after the other, each field on a line.
pub(crate) fn describe(mut bytes: &[u8]) -> String {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let inspection = inspect(bytes);
        let (frame, rest) = bytes.split_at(inspection.length);
        frames.push(describe_frame(frame, &inspection));
        bytes = rest;
    }
    frames.join("\n\n")
}

fn describe_frame(frame: &[u8], inspection: &Inspection) -> String {
    let mut out = String::new();
    for field in &inspection.fields {
        let bits = shown_bits(frame, field);
        writeln!(out, "{bits:25}{:25}{}", field.name, field.value)
            .expect("a String takes it");
    }
    if !inspection.payload.is_empty() {
        let text = escape(&inspection.payload);
        let masked = inspection.fields.iter().any(|f| f.name == "Masking-key");
        let name = if masked {
            "  without its mask"
        } else {
            "  as text"
        };
        writeln!(out, "{:25}{name:25}{text}", "").expect("a String takes it");
    }
    if inspection.missing > 0 {
        let more = match inspection.missing {
            1 => "1 more byte belongs".to_owned(),
            missing => format!("{missing} more bytes belong"),
        };
        writeln!(out, "at least {more} to it").expect("a String takes it");
    }
    let [client, server] = [inspection.client, inspection.server].map(verdict);
    write!(out, "to a client: {client}\nto a server: {server}")
        .expect("a String takes it");
    out
}

/// The field's bits in their byte, or its bytes in hex.
fn shown_bits(frame: &[u8], field: &Field) -> String {
    let bytes = &frame[field.bits.start / 8..field.bits.end.div_ceil(8)];
    if field.bits.len().is_multiple_of(8) {
        let more = if bytes.len() > SHOWN { " …" } else { "" };
        return hex::write(&bytes[..bytes.len().min(SHOWN)]) + more;
    }
    let first = field.bits.start / 8 * 8;
    let bit = |place: usize| match field.bits.contains(&(first + place)) {
        true => char::from(b'0' + (bytes[0] >> (7 - place) & 1)),
        false => '.',
    };
    let bits: String = (0..8).map(bit).collect();
    format!("{:02x}  {} {}", bytes[0], &bits[..4], &bits[4..])
}

fn verdict(outcome: Result<(), FrameError>) -> String {
    match outcome {
        Ok(()) => "good".to_owned(),
        Err(error) => format!("close with {}: {error}", error.close_code()),
    }
}
