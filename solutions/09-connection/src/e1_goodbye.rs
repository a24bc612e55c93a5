//! What a server answers to a Close frame.

/// What comes of a Close frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goodbye {
    /// The frame that is sent.
    pub answer: Vec<u8>,
    /// The code that the application is told.
    pub code: u16,
    /// The reason that it is told.
    pub reason: String,
}

/// Reads the payload of a Close frame.
pub fn goodbye(payload: &[u8]) -> Goodbye {
    let (high, low, reason) = match payload {
        [] => return told(vec![0x88, 0], 1005, ""),
        [_] => return fail(1002),
        [high, low, reason @ ..] => (*high, *low, reason),
    };
    let code = u16::from_be_bytes([high, low]);
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return fail(1002);
    }
    match std::str::from_utf8(reason) {
        Ok(reason) => told(close(code), code, reason),
        Err(_) => fail(1007),
    }
}

fn told(answer: Vec<u8>, code: u16, reason: &str) -> Goodbye {
    let reason = reason.to_owned();
    Goodbye {
        answer,
        code,
        reason,
    }
}

/// Section 7.1.7: the peer is told why, the application that there was no goodbye.
fn fail(code: u16) -> Goodbye {
    told(close(code), 1006, "")
}

fn close(code: u16) -> Vec<u8> {
    let [high, low] = code.to_be_bytes();
    vec![0x88, 2, high, low]
}
