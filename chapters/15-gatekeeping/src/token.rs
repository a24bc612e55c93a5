//! Random numbers that nobody can guess, and what is kept of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::api::Secret;

/// So many random bytes: whoever has them is let in. They are given to the client and kept
/// nowhere else.
pub(crate) struct Token<const N: usize>([u8; N]);

/// What is kept of a token: by its hash it is found again, and from the hash nobody gets to
/// the token. So a search may tell by the time it takes how much of the hash is right; that
/// helps nobody who cannot choose the hash.
pub(crate) type TokenHash = [u8; 32];

/// Of a session: 256 bits, which last for months.
pub(crate) type SessionToken = Token<32>;

/// Of one `hello`: 128 bits, which last for seconds.
pub(crate) type Ticket = Token<16>;

impl<const N: usize> Token<N> {
    /// A new one, from the system's random numbers.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; N];
        rand::fill(&mut bytes[..]);
        Self(bytes)
    }

    /// Reads what a client sends. There is one text for each token, so that one is never
    /// known under two.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; N];
        // It says how many bytes there are at most, which may be one or two more.
        let length = base64::decoded_len_estimate(text.len());
        if length > N + 3 {
            return None;
        }
        let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes = decoded.try_into().unwrap_or(bytes);
        let token = Self(bytes);
        (token.text() == text).then_some(token)
    }

    /// As it is sent to the client.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The same, for an answer.
    pub(crate) fn secret(&self) -> Secret {
        Secret::new(self.text())
    }

    pub(crate) fn hash(&self) -> TokenHash {
        Sha256::digest(self.0).into()
    }
}

impl<const N: usize> fmt::Debug for Token<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({} bits)", N * 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_in_no_other_way() {
        let token = SessionToken::random();
        let text = token.text();
        let read = SessionToken::parse(&text).expect("it is one");
        assert_eq!(read.hash(), token.hash());
        for wrong in [
            "",
            "A",
            &text[1..],
            &format!("{text}A"),
            &format!("{text}="),
        ] {
            assert!(SessionToken::parse(wrong).is_none(), "{wrong}");
        }
        assert!(Ticket::parse(&text).is_none(), "a longer one");
        assert!(SessionToken::parse(&"A".repeat(1 << 20)).is_none());
    }

    #[test]
    fn no_two_are_alike_and_none_is_shown() {
        let (one, other) = (Ticket::random(), Ticket::random());
        assert_ne!(one.text(), other.text());
        assert_eq!(
            format!("{one:?} {:?}", one.secret()),
            "Token(128 bits) Secret(22 bytes)"
        );
    }
}
