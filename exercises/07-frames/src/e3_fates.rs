//! Seven clients send these bytes to a server, and nothing more. What does the server make
//! of them? Write it down before you run it.
//!
//! ```text
//! 1   81 85 37 fa 21 3d 7f 9f 4d 51 58
//! 2   81 05 48 65 6c 6c 6f
//! 3   02 80 00 00 00 00
//! 4   8a 85 37 fa 21 3d 7f 9f
//! 5   89 fe 00 7e 37 fa 21 3d
//! 6   82 fe 00 7d 37 fa 21 3d
//! 7   82 ff 00 00 00 01 00 00 00 00 37 fa 21 3d
//! ```
//!
//! The server is the chapter's `Decoder`. It gets one byte after the other, takes payloads
//! of up to 16 MiB, and knows no extension. Fill in `prediction`: for each of the seven,
//! either the frame that it is, or how many bytes of the frame are still to come, or the
//! close code and the number of the byte at which the server knows that it must refuse,
//! counted from 1.

/// The bytes.
pub const SENT: [&[u8]; 7] = [
    b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
    b"\x81\x05\x48\x65\x6c\x6c\x6f",
    b"\x02\x80\x00\x00\x00\x00",
    b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f",
    b"\x89\xfe\x00\x7e\x37\xfa\x21\x3d",
    b"\x82\xfe\x00\x7d\x37\xfa\x21\x3d",
    b"\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00\x37\xfa\x21\x3d",
];

/// What becomes of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// They are a whole frame.
    Frame {
        /// Its opcode's name in the RFC, in small letters.
        opcode: &'static str,
        /// Whether its message ends with it.
        fin: bool,
        /// Its payload without the mask.
        payload: &'static str,
    },
    /// So many bytes of the frame are still to come.
    Missing(u64),
    /// The connection is failed.
    Refused {
        /// The code in the close frame.
        close_code: u16,
        /// The byte at which the server knows, counted from 1.
        at_byte: usize,
    },
}

/// Your prediction, in the order of the list.
pub fn prediction() -> [Fate; 7] {
    todo!("write down what becomes of each, before you run it")
}
