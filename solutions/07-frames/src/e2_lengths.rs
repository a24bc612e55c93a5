//! The payload length of a header, in one form only.

use frames::FrameError;

/// The payload length of the header that begins with `header`.
pub fn payload_length(header: &[u8]) -> Result<Option<u64>, FrameError> {
    let Some(second) = header.get(1) else {
        return Ok(None);
    };
    let (width, least) = match second & 0x7f {
        126 => (2, 126),
        127 => (8, 65_536),
        length => return Ok(Some(u64::from(length))),
    };
    let Some(bytes) = header.get(2..2 + width) else {
        return Ok(None);
    };
    let length = bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    if length >> 63 == 1 {
        return Err(FrameError::LengthTopBit);
    }
    if length < least {
        return Err(FrameError::LengthNotShortest);
    }
    Ok(Some(length))
}
