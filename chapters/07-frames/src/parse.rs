//! From bytes to a header: each rule at the byte that breaks it.

use crate::decoder::Role;
use crate::error::FrameError;
use crate::header::{Header, Rsv};
use crate::mask::MaskingKey;
use crate::opcode::Opcode;

// The first byte of a header: FIN, three reserved bits, four bits of opcode.
pub(crate) const FIN: u8 = 0x80;
pub(crate) const RSV: u8 = 0x70;
const OPCODE: u8 = 0x0f;
// The second: whether it is masked, and seven bits of length.
pub(crate) const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7f;
/// These two lengths mean that the length is in the next bytes.
const IN_2_BYTES: u8 = 126;
const IN_8_BYTES: u8 = 127;

/// What a connection allows beyond what holds for every frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Who reads. `None` takes masked frames and others.
    pub(crate) role: Option<Role>,
    pub(crate) rsv: Rsv,
    pub(crate) max_payload: u64,
}

impl Rules {
    pub(crate) const OF_EVERY_FRAME: Self = Self {
        role: None,
        rsv: Rsv::ALL,
        max_payload: u64::MAX,
    };

    /// §5.2: a nonzero reserved bit that no extension defines MUST fail the connection.
    #[inline]
    fn check_rsv(&self, rsv: Rsv) -> Result<(), FrameError> {
        match rsv.without(self.rsv) {
            Rsv::NONE => Ok(()),
            unknown => Err(FrameError::ReservedBits(unknown)),
        }
    }

    /// §5.1: a server MUST close on a frame that is not masked, a client on one that is.
    #[inline]
    fn check_mask(&self, masked: bool) -> Result<(), FrameError> {
        match (self.role, masked) {
            (Some(Role::Server), false) => Err(FrameError::Unmasked),
            (Some(Role::Client), true) => Err(FrameError::Masked),
            (Some(Role::Server), true) | (Some(Role::Client), false) | (None, _) => {
                Ok(())
            }
        }
    }
}

/// The header at the beginning of `bytes` and its length, or `None` while it is incomplete.
/// A rule is checked as soon as the byte that breaks it is there, and the outcome does not
/// depend on how many bytes come after it.
#[inline]
pub(crate) fn parse(
    bytes: &[u8],
    rules: &Rules,
) -> Result<Option<(Header, usize)>, FrameError> {
    let Some((&first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let (fin, rsv, opcode) = parse_first(first, rules)?;
    let Some((&second, rest)) = rest.split_first() else {
        return Ok(None);
    };
    let (masked, length) = parse_second(second, opcode, rules)?;
    let Some((payload_length, rest)) = parse_length(length, rest, rules.max_payload)?
    else {
        return Ok(None);
    };
    let (masking_key, rest) = match masked {
        false => (None, rest),
        true => match rest.split_first_chunk() {
            Some((key, rest)) => (Some(MaskingKey(*key)), rest),
            None => return Ok(None),
        },
    };
    let header = Header {
        fin,
        rsv,
        opcode,
        masking_key,
        payload_length,
    };
    Ok(Some((header, bytes.len() - rest.len())))
}

/// FIN, the reserved bits and the opcode.
#[inline]
fn parse_first(byte: u8, rules: &Rules) -> Result<(bool, Rsv, Opcode), FrameError> {
    let fin = byte & FIN != 0;
    let rsv = Rsv::in_byte(byte);
    rules.check_rsv(rsv)?;
    let bits = byte & OPCODE;
    // §5.2: an unknown opcode MUST fail the connection.
    let opcode = Opcode::from_bits(bits).ok_or(FrameError::ReservedOpcode(bits))?;
    // §5.5: control frames MUST NOT be fragmented.
    if opcode.is_control() && !fin {
        return Err(FrameError::FragmentedControl(opcode));
    }
    Ok((fin, rsv, opcode))
}

/// Whether there is a mask, and seven bits of length.
#[inline]
fn parse_second(
    byte: u8,
    opcode: Opcode,
    rules: &Rules,
) -> Result<(bool, u8), FrameError> {
    let masked = byte & MASK != 0;
    rules.check_mask(masked)?;
    let length = byte & LENGTH;
    // §5.5: control frames MUST have a payload length of 125 bytes or less.
    if opcode.is_control() && length >= IN_2_BYTES {
        return Err(FrameError::ControlTooLong(opcode));
    }
    Ok((masked, length))
}

/// §5.2, "Payload length": `length` are the seven bits, `bytes` what follows them.
#[inline]
fn parse_length(
    length: u8,
    bytes: &[u8],
    limit: u64,
) -> Result<Option<(u64, &[u8])>, FrameError> {
    match length {
        IN_2_BYTES => parse_extended::<2>(bytes, 126, limit),
        IN_8_BYTES => parse_extended::<8>(bytes, 65_536, limit),
        length if u64::from(length) > limit => Err(FrameError::PayloadTooLarge(limit)),
        length => Ok(Some((u64::from(length), bytes))),
    }
}

/// A length of `N` bytes, which is no shorter one if it is `least` or more.
#[inline]
fn parse_extended<const N: usize>(
    bytes: &[u8],
    least: u64,
    limit: u64,
) -> Result<Option<(u64, &[u8])>, FrameError> {
    let complete = bytes.split_first_chunk();
    let (lowest, highest) = match complete {
        Some((length, _)) => (number::<N>(*length), number::<N>(*length)),
        // Between these two it lies, with what has come of it.
        None => (padded::<N>(bytes, 0x00), padded::<N>(bytes, 0xff)),
    };
    // §5.2: the most significant bit MUST be 0.
    if lowest > u64::MAX >> 1 {
        return Err(FrameError::LengthTopBit);
    }
    // §5.2: the minimal number of bytes MUST be used to encode the length.
    if highest < least {
        return Err(FrameError::LengthNotShortest);
    }
    if lowest > limit {
        return Err(FrameError::PayloadTooLarge(limit));
    }
    Ok(complete.map(|(_, rest)| (lowest, rest)))
}

/// §5.2: multibyte lengths are in network byte order.
fn number<const N: usize>(bytes: [u8; N]) -> u64 {
    bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))
}

/// The number whose first bytes are these.
fn padded<const N: usize>(begin: &[u8], padding: u8) -> u64 {
    let mut bytes = [padding; N];
    bytes[..begin.len()].copy_from_slice(begin);
    number(bytes)
}
