//! The key, and the proof that it was read.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use sha1::{Digest as _, Sha1};

/// RFC 6455 §1.3: a text that nothing but a WebSocket server would append to a key.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Base64 whose last character may carry bits that belong to no byte: the RFC's own sample
/// `AQIDBAUGBwgJCgsMDQ4PEC==` (§4.1) has such a one.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key` (RFC 6455 §4.2.2): the
/// base64 of the SHA-1 of the key's text, as it was sent, and a fixed GUID.
///
/// It keeps no secret: it shows that whoever answers has read *this* request, and knows
/// what a WebSocket is. A cache, or a server that repeats what it gets, does not.
///
/// ```
/// // The example of RFC 6455 §1.3.
/// let accept = handshake::sec_websocket_accept("dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
pub fn sec_websocket_accept(key: &str) -> String {
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    STANDARD.encode(digest)
}

/// The `Sec-WebSocket-Key` of a nonce: 16 bytes, chosen at random for each connection
/// (RFC 6455 §4.1).
pub fn sec_websocket_key(nonce: [u8; 16]) -> String {
    STANDARD.encode(nonce)
}

/// Whether a text "when decoded, is 16 bytes in length" (RFC 6455 §4.2.1).
pub(crate) fn is_key(text: &str) -> bool {
    // 24 characters are 18 bytes at most; a longer text does not fit, and is no key.
    matches!(LENIENT.decode_slice(text, &mut [0; 18]), Ok(16))
}
