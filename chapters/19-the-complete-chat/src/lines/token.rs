//! What cannot be guessed.

use std::fmt;
use std::str::FromStr;

/// 128 random bits, as hexadecimal digits: the name of a line, or the key to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Token(u128);

/// It is no token.
#[derive(Debug)]
pub(super) struct NoToken;

impl Token {
    pub(super) fn new() -> Self {
        Self(rand::random())
    }

    /// For the client alone.
    pub(super) fn reveal(self) -> String {
        format!("{:032x}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(is_hex) {
            return Err(NoToken);
        }
        let bits = u128::from_str_radix(text, 16);
        bits.map(Self).map_err(|_| NoToken)
    }
}
