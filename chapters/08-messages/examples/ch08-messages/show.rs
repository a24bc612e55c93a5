//! What a receiver says, frame by frame.

use std::fmt::Write as _;

use frames::{Header, Role};
use messages::{Limits, Step, Tracer, hex};

use crate::notation::Written;

/// The most bytes of a payload that are shown.
const SHOWN: usize = 16;

/// A connection to which frames are sent.
pub(crate) struct Show {
    role: Role,
    tracer: Tracer,
    over: bool,
}

impl Show {
    pub(crate) fn new(role: Role, limits: Limits) -> Self {
        Self {
            role,
            tracer: Tracer::new(role, limits),
            over: false,
        }
    }

    /// Whether something was refused, and nothing more is read.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Sends one, byte by byte; what is said to it, in a few lines.
    pub(crate) fn send(&mut self, written: &Written) -> String {
        let bytes = written.to_bytes(self.role);
        let mut out = format!("{}\n", written.notation);
        let mut steps = Vec::new();
        for (at, &byte) in bytes.iter().enumerate() {
            let step = self.tracer.take(byte);
            let refused = step.refused;
            let ends = step.ends_frame;
            steps.push(step);
            if let Some(refusal) = refused {
                self.over = true;
                tell(&steps, &mut out);
                let left = match bytes.len() - at - 1 {
                    0 => String::new(),
                    1 => ", 1 byte before its end".to_owned(),
                    left => format!(", {left} bytes before its end"),
                };
                let code = refusal.close_code();
                let says = format!("refused{left}, with the close code {code}:");
                writeln!(out, "    -> {says}\n       {refusal}").expect("it grows");
                return out;
            }
            if ends {
                tell(&steps, &mut out);
                steps.clear();
            }
        }
        tell(&steps, &mut out);
        out
    }
}

/// Writes what the bytes of one frame come to.
fn tell(steps: &[Step], out: &mut String) {
    let Some(last) = steps.last() else {
        return;
    };
    let header = steps.iter().find_map(|step| step.header);
    let header_length = match steps.iter().position(|step| step.header.is_some()) {
        Some(at) => at + 1,
        None => steps.len(),
    };
    let (head, payload) = steps.split_at(header_length);
    let wire = |steps: &[Step]| hex(&steps.iter().map(|s| s.byte).collect::<Vec<_>>());
    let mut line = |bytes: String, says: String| {
        let line = format!("    {bytes:<24}  {says}");
        writeln!(out, "{}", line.trim_end()).expect("a String grows");
    };
    line(wire(head), header.map_or_else(String::new, describe));
    if let Some((end, before)) = payload.split_at_checked(SHOWN / 2)
        && payload.len() > SHOWN
    {
        let rest = before.len();
        line(wire(end), format!("... and {rest} bytes more"));
    } else {
        for piece in payload.chunks(8) {
            let text: Vec<u8> = piece.iter().filter_map(|step| step.payload).collect();
            line(wire(piece), readable(&text));
        }
    }
    if let Some(received) = &last.received {
        writeln!(out, "    -> {received}").expect("a String grows");
    } else if last.refused.is_none() && last.gathered > 0 {
        let held = last.gathered;
        let pending = match &last.pending[..] {
            [] => String::new(),
            pending => format!(", and {} of a character that goes on", hex(pending)),
        };
        let held = held - last.pending.len();
        let bytes = if held == 1 { "byte is" } else { "bytes are" };
        writeln!(out, "    {held} {bytes} held{pending}").expect("a String grows");
    }
}

fn describe(header: Header) -> String {
    let length = match header.payload_length {
        1 => "1 byte".to_owned(),
        length => format!("{length} bytes"),
    };
    let more = if header.fin { "" } else { ", more follows" };
    format!("{}, {length}{more}", header.opcode)
}

/// ASCII as it is; a dot for any other byte.
fn readable(bytes: &[u8]) -> String {
    let shown = |&byte: &u8| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    };
    bytes.iter().map(shown).collect()
}
