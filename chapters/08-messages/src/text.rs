//! Text as it arrives: in pieces that end anywhere, also within a character.

use std::fmt;

use simdutf8::compat;

/// A text that grows by pieces of UTF-8, and that notices the first byte with which it
/// cannot become a text any more (RFC 6455 §8.1).
///
/// What has been checked is not checked again: at most three bytes wait, those of a
/// character that is not complete.
///
/// ```
/// use messages::Text;
///
/// let mut text = Text::default();
/// text.push(b"caf\xc3")?;
/// text.push(b"\xa9")?;
/// assert_eq!(text.finish()?, "café");
/// # Ok::<(), messages::InvalidUtf8>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    checked: String,
    pending: Pending,
}

/// The bytes of a character of which more must come: none, or one to three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Pending {
    bytes: [u8; 4],
    length: usize,
}

/// A text that is not UTF-8, and can no longer become it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidUtf8 {
    /// How many bytes of the text come before the first byte that cannot stand there; for
    /// a text that ends within a character, how long it is.
    pub offset: usize,
}

impl fmt::Display for InvalidUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            0 => f.write_str("not UTF-8 from its first byte on"),
            1 => f.write_str("not UTF-8 after its first byte"),
            offset => write!(f, "not UTF-8 after its first {offset} bytes"),
        }
    }
}

impl std::error::Error for InvalidUtf8 {}

impl Text {
    /// The number of bytes so far, with those of a character that is not complete.
    pub fn len(&self) -> usize {
        self.checked.len() + self.pending.length
    }

    /// Whether nothing has come yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes that wait for the rest of their character: at most three.
    pub fn pending(&self) -> &[u8] {
        &self.pending.bytes[..self.pending.length]
    }

    /// Makes room for at least so many more bytes.
    pub(crate) fn reserve(&mut self, additional: usize) {
        self.checked.reserve(self.pending.length + additional);
    }

    /// How many bytes there is room for without another allocation.
    pub(crate) fn capacity(&self) -> usize {
        self.checked.capacity()
    }

    /// Takes the next piece, which may end within a character.
    ///
    /// # Errors
    ///
    /// At the first byte with which the text can no longer become valid: for overlong
    /// forms, surrogates and what is above U+10FFFF that is the second byte of three or
    /// four. The text is not to be used any more then.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), InvalidUtf8> {
        let mut piece = piece;
        while self.pending.length > 0
            && let Some((&byte, rest)) = piece.split_first()
        {
            self.push_byte(byte)?;
            piece = rest;
        }
        let (characters, tail) = piece.split_at(piece.len() - incomplete(piece));
        match whole(characters) {
            Ok(characters) => self.checked.push_str(characters),
            Err(InvalidUtf8 { offset }) => {
                let offset = self.len() + offset;
                return Err(InvalidUtf8 { offset });
            }
        }
        tail.iter().try_for_each(|&byte| self.push_byte(byte))
    }

    /// Takes a byte of a character that another byte begins, or that it begins itself.
    fn push_byte(&mut self, byte: u8) -> Result<(), InvalidUtf8> {
        let Pending { bytes, length } = &mut self.pending;
        bytes[*length] = byte;
        match compat::from_utf8(&bytes[..=*length]) {
            Ok(character) => {
                self.checked.push_str(character);
                *length = 0;
            }
            // Without a length of the error, more bytes can make it valid.
            Err(error) if error.error_len().is_none() => *length += 1,
            Err(_) => return Err(InvalidUtf8 { offset: self.len() }),
        }
        Ok(())
    }

    /// The whole text.
    ///
    /// # Errors
    ///
    /// When it ends within a character.
    pub fn finish(self) -> Result<String, InvalidUtf8> {
        match self.pending.length {
            0 => Ok(self.checked),
            _ => Err(InvalidUtf8 { offset: self.len() }),
        }
    }
}

/// A whole text in one piece.
///
/// # Errors
///
/// When it is not UTF-8, or ends within a character.
pub fn whole(bytes: &[u8]) -> Result<&str, InvalidUtf8> {
    compat::from_utf8(bytes).map_err(|error| InvalidUtf8 {
        offset: impossible(bytes, error),
    })
}

/// How many bytes at the end begin a character that ends after them.
fn incomplete(bytes: &[u8]) -> usize {
    for (index, byte) in bytes.iter().rev().take(3).enumerate() {
        let length = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        return if index + 1 < length { index + 1 } else { 0 };
    }
    0
}

/// Where the byte stands that cannot be: `valid_up_to` is where its character begins.
fn impossible(bytes: &[u8], error: compat::Utf8Error) -> usize {
    let start = error.valid_up_to();
    match error.error_len() {
        // Nothing comes after these, or what comes does not go on with them.
        None => bytes.len(),
        // A byte with which no character begins, or one that does not go on from here.
        Some(1) if !matches!(bytes[start], 0xc2..=0xf4) => start,
        Some(length) => start + length,
    }
}
