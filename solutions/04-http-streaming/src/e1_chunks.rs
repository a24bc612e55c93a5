//! A size is digits and nothing else, it is compared before it is used, and the line end
//! after the data is looked at.

/// The largest chunk that is taken, in bytes of data.
pub const MOST: usize = 1 << 20;

/// One chunk.
#[derive(Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// Its data; empty for the last one.
    pub data: &'a [u8],
    /// How many bytes it takes, from its size to its last line end.
    pub length: usize,
}

/// Why these bytes are no chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// No size, or something that does not belong after it.
    Size,
    /// A size greater than `MOST`.
    TooLarge,
    /// No line end after the data.
    LineEnd,
}

/// The first chunk of `bytes`.
///
/// # Errors
///
/// As soon as the bytes can no longer become a chunk.
pub fn next_chunk(bytes: &[u8]) -> Result<Option<Chunk<'_>>, Mistake> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_hexdigit());
    let digits = digits.count();
    let mut size = 0;
    for digit in &bytes[..digits] {
        let value = char::from(*digit).to_digit(16).ok_or(Mistake::Size)?;
        size = size * 16 + value as usize;
        // Looked at after each digit, it never grows beyond sixteen times `MOST`.
        if size > MOST {
            return Err(Mistake::TooLarge);
        }
    }
    let rest = &bytes[digits..];
    match (digits, rest) {
        (0, [_, ..]) => return Err(Mistake::Size),
        (1.., [b';', ..] | [b'\r'] | [b'\r', b'\n', ..]) | (_, []) => {}
        (_, [..]) => return Err(Mistake::Size),
    }
    let Some(line_end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
        return Ok(None);
    };
    let start = digits + line_end + 2;
    let after = bytes.get(start + size..).unwrap_or_default();
    match after {
        [b'\r', b'\n', ..] => Ok(Some(Chunk {
            data: &bytes[start..start + size],
            length: start + size + 2,
        })),
        [] | [b'\r'] => Ok(None),
        [..] => Err(Mistake::LineEnd),
    }
}
