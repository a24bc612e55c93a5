//! What stands before a payload (RFC 6455 §5.2).

use std::fmt;
use std::ops::{BitOr, Deref};

use bytes::BytesMut;

use crate::error::FrameError;
use crate::mask::{MaskingKey, mask};
use crate::opcode::Opcode;
use crate::parse::{FIN, MASK, RSV, Rules, parse};

/// The three bits that are kept for extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rsv(u8);

impl Rsv {
    /// None of the three.
    pub const NONE: Self = Self(0);
    /// The first: a compressed message (RFC 7692 §6).
    pub const RSV1: Self = Self(0x40);
    /// The second.
    pub const RSV2: Self = Self(0x20);
    /// The third.
    pub const RSV3: Self = Self(0x10);
    /// All three.
    pub const ALL: Self = Self(RSV);

    /// Those that are set in a frame's first byte.
    #[inline]
    pub fn in_byte(byte: u8) -> Self {
        Self(byte & RSV)
    }

    /// Where they stand in a frame's first byte.
    #[inline]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `other` are set here.
    #[inline]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Those that are set here and not in `other`.
    #[inline]
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Rsv {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Rsv {
    /// Their names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            ("RSV1", Self::RSV1),
            ("RSV2", Self::RSV2),
            ("RSV3", Self::RSV3),
        ];
        let names = named.iter().filter(|(_, bit)| self.contains(*bit));
        let names: Vec<_> = names.map(|(name, _)| *name).collect();
        f.write_str(&names.join(" and "))
    }
}

/// A frame without its payload.
///
/// ```
/// use frames::{Header, Opcode};
///
/// let (header, length) = Header::decode(b"\x81\x05Hello")?.expect("it is complete");
/// assert_eq!(header, Header::new(Opcode::Text, 5));
/// assert_eq!(length, 2);
/// assert_eq!(*header.encode(), *b"\x81\x05");
/// # Ok::<(), frames::FrameError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Whether its message ends with this frame.
    pub fin: bool,
    /// The reserved bits that are set.
    pub rsv: Rsv,
    /// What the frame is.
    pub opcode: Opcode,
    /// What the payload is masked with: every frame of a client is, and none of a server.
    pub masking_key: Option<MaskingKey>,
    /// How many bytes follow the header.
    pub payload_length: u64,
}

impl Header {
    /// The most bytes that a header has.
    pub const MAX_LENGTH: usize = 14;

    /// A whole message of `payload_length` bytes, or a control frame; without a mask.
    #[inline]
    pub fn new(opcode: Opcode, payload_length: u64) -> Self {
        Self {
            fin: true,
            rsv: Rsv::NONE,
            opcode,
            masking_key: None,
            payload_length,
        }
    }

    /// The header at the beginning of `bytes`, and how many of them it takes; `None` while
    /// it is incomplete.
    ///
    /// # Errors
    ///
    /// At the first byte that no header can have, whoever sends it. Which reserved bits,
    /// masks and lengths are allowed depends on the connection, and a [`Decoder`] checks
    /// that as well.
    ///
    /// [`Decoder`]: crate::Decoder
    #[inline]
    pub fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, FrameError> {
        parse(bytes, &Rules::OF_EVERY_FRAME)
    }

    /// The header's bytes, with the length in its shortest form.
    ///
    /// It writes what it is told, a fragmented ping too: what may be sent is the sender's
    /// to know.
    #[inline]
    pub fn encode(&self) -> EncodedHeader {
        let mut out = EncodedHeader::default();
        let fin = if self.fin { FIN } else { 0 };
        let first = fin | self.rsv.bits() | self.opcode.bits();
        let mask = if self.masking_key.is_some() { MASK } else { 0 };
        // §5.2: the minimal number of bytes MUST be used to encode the length.
        match self.payload_length {
            length @ 0..=125 => out.put(&[first, mask | length as u8]),
            length @ 126..=0xffff => {
                let [high, low] = (length as u16).to_be_bytes();
                out.put(&[first, mask | 126, high, low]);
            }
            length => {
                out.put(&[first, mask | 127]);
                out.put(&length.to_be_bytes());
            }
        }
        if let Some(MaskingKey(key)) = self.masking_key {
            out.put(&key);
        }
        out
    }
}

/// The bytes of a header: at most [`Header::MAX_LENGTH`], and no allocation.
#[derive(Debug, Clone, Copy, Default)]
pub struct EncodedHeader {
    bytes: [u8; Header::MAX_LENGTH],
    length: u8,
}

impl EncodedHeader {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let from = usize::from(self.length);
        self.bytes[from..from + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len() as u8;
    }
}

impl Deref for EncodedHeader {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// Writes a frame at the end of `out`: the header with the length of `payload`, whatever it
/// said before, and the payload, masked if there is a key.
pub fn put_frame(header: Header, payload: &[u8], out: &mut BytesMut) {
    let header = Header {
        payload_length: payload.len() as u64,
        ..header
    };
    out.extend_from_slice(&header.encode());
    let begin = out.len();
    out.extend_from_slice(payload);
    if let Some(key) = header.masking_key {
        mask(&mut out[begin..], key, 0);
    }
}
