//! Frames as one writes them on a command line.

use std::str::FromStr;

use frames::{Header, MaskingKey, Opcode, Role, put_frame};

/// Bytes that are sent: a frame, or whatever somebody wants to send in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// As it was written.
    pub(crate) notation: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Frame {
        opcode: Opcode,
        fin: bool,
        payload: Vec<u8>,
    },
    Bytes(Vec<u8>),
}

/// What the examples of RFC 6455 §5.7 are masked with: a real client takes a new one, that
/// nobody can predict, for each frame.
const KEY: MaskingKey = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);

impl Written {
    /// What stands on the wire on its way to `role`.
    pub(crate) fn to_bytes(&self, role: Role) -> Vec<u8> {
        match &self.what {
            What::Bytes(bytes) => bytes.clone(),
            What::Frame {
                opcode,
                fin,
                payload,
            } => {
                let header = Header {
                    fin: *fin,
                    masking_key: (role == Role::Server).then_some(KEY),
                    ..Header::new(*opcode, payload.len() as u64)
                };
                let mut out = bytes::BytesMut::new();
                put_frame(header, payload, &mut out);
                out.to_vec()
            }
        }
    }
}

impl FromStr for Written {
    type Err = String;

    fn from_str(notation: &str) -> Result<Self, String> {
        let (kind, payload) = notation.split_once(':').unwrap_or((notation, ""));
        let (kind, fin) = match kind.strip_suffix('+') {
            Some(kind) => (kind, false),
            None => (kind, true),
        };
        let opcode = match kind {
            "text" => Opcode::Text,
            "binary" => Opcode::Binary,
            "more" => Opcode::Continuation,
            "ping" => Opcode::Ping,
            "pong" => Opcode::Pong,
            "close" => Opcode::Close,
            "hex" => {
                return Ok(Self {
                    notation: notation.to_owned(),
                    what: What::Bytes(unhex(payload)?),
                });
            }
            _ => {
                return Err(format!(
                    "{kind:?} is no frame: there are text, binary, more, ping, pong, close \
                     and hex"
                ));
            }
        };
        Ok(Self {
            notation: notation.to_owned(),
            what: What::Frame {
                opcode,
                fin,
                payload: unescape(payload)?,
            },
        })
    }
}

/// `\xNN` is a byte, and `\\` a backslash; everything else is what it is.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut parts = text.split('\\');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    while let Some(part) = parts.next() {
        if let Some(escaped) = part.strip_prefix('x') {
            let digits = escaped.get(..2).unwrap_or_default();
            bytes.extend(
                unhex(digits)
                    .ok()
                    .filter(|byte| byte.len() == 1)
                    .ok_or_else(|| {
                        format!(r"\{part} is no byte: write \x and two digits, \xf0")
                    })?,
            );
            bytes.extend(escaped[2..].bytes());
        } else if part.is_empty() {
            bytes.push(b'\\');
            bytes.extend(parts.next().unwrap_or_default().bytes());
        } else {
            return Err(format!(r"there is no \{part}: only \xNN and \\"));
        }
    }
    Ok(bytes)
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|digit| {
            digit
                .to_digit(16)
                .ok_or_else(|| format!("{digit:?} is no digit"))
        })
        .collect::<Result<_, _>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return Err("a byte has two digits".to_owned());
    };
    Ok(pairs
        .iter()
        .map(|[high, low]| (high * 16 + low) as u8)
        .collect())
}
