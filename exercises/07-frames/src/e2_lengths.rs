//! This function reads the payload length of a header, as well-known libraries do
//! (tungstenite 0.29.0 and 0.30.0, fastwebsockets 0.10.0 have the same bug): it reads what
//! is written, and asks nothing. So five bytes may be announced as `05`, as `7e 00 05` and
//! as `7f 00 00 00 00 00 00 00 05`, and an intermediary that counts otherwise than the
//! server sees other frames than the server does.
//!
//! RFC 6455 §5.2 allows one form for each length: the shortest. And the first bit of eight
//! bytes is 0.
//!
//! Repair `payload_length`. It gives
//!
//! * `Ok(Some(length))` for a length in its shortest form;
//! * `Err(FrameError::LengthNotShortest)` for one that would fit in fewer bytes, and
//!   `Err(FrameError::LengthTopBit)` for one whose top bit is set;
//! * `Ok(None)` while bytes are missing. An error may be told when the length is complete,
//!   or earlier, as the chapter does it: when what has come leaves no other outcome.

use frames::FrameError;

/// The payload length of the header that begins with `header`.
pub fn payload_length(header: &[u8]) -> Result<Option<u64>, FrameError> {
    let Some(second) = header.get(1) else {
        return Ok(None);
    };
    let width = match second & 0x7f {
        126 => 2,
        127 => 8,
        length => return Ok(Some(u64::from(length))),
    };
    let Some(bytes) = header.get(2..2 + width) else {
        return Ok(None);
    };
    let length = bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    Ok(Some(length))
}
