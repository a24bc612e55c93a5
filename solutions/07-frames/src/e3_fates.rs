//! What becomes of seven frames.

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
    let refused = |close_code, at_byte| Fate::Refused {
        close_code,
        at_byte,
    };
    [
        Fate::Frame {
            opcode: "text",
            fin: true,
            payload: "Hello",
        },
        refused(1002, 2),
        Fate::Frame {
            opcode: "binary",
            fin: false,
            payload: "",
        },
        Fate::Missing(3),
        refused(1002, 2),
        refused(1002, 4),
        refused(1009, 6),
    ]
}
