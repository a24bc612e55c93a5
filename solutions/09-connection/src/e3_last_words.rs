//! What is written and told when five connections end.

/// How a connection ends.
pub struct End {
    /// The bytes that the server writes, all of them.
    pub written: &'static [u8],
    /// The code that its application is told.
    pub code: u16,
}

/// The prediction: the five ends, in their order.
pub fn prediction() -> [End; 5] {
    [
        // The second ping comes behind the Close.
        End {
            written: b"\x8a\x01a\x88\x02\x03\xe8",
            code: 1000,
        },
        // A Close may come within a message, which then never ends.
        End {
            written: b"\x88\x00",
            code: 1005,
        },
        // What comes behind a failure is not listened to, the goodbye included.
        End {
            written: b"\x88\x02\x03\xef",
            code: 1006,
        },
        // A pong is still owed, and the peer's Close is not answered again.
        End {
            written: b"\x88\x02\x03\xe9\x8a\x01x",
            code: 1001,
        },
        // 1005 is for an end to tell itself.
        End {
            written: b"\x88\x02\x03\xea",
            code: 1006,
        },
    ]
}
