//! The standards that are cited.

use std::fmt;

/// In the place of an RFC's number: the HTML standard, which comes last.
pub(super) const HTML: u32 = u32::MAX;

/// A standard by its number.
pub(super) struct Standard(pub(super) u32);

impl Standard {
    /// What it is about, to be put after its number.
    pub(super) fn name(&self) -> &'static str {
        match self.0 {
            3629 => ": UTF-8",
            3986 => ": URIs",
            6202 => ": long polling and streaming",
            6454 => ": the web origin concept",
            6455 => ": the WebSocket protocol",
            6585 => ": additional HTTP status codes",
            7692 => ": compression extensions for WebSocket",
            8441 => ": WebSocket over HTTP/2",
            9106 => ": Argon2",
            9110 => ": HTTP semantics",
            9111 => ": HTTP caching",
            9112 => ": HTTP/1.1",
            9220 => ": WebSocket over HTTP/3",
            9293 => ": TCP",
            HTML => ": server-sent events",
            _ => "",
        }
    }

    /// Where one of its sections can be read.
    pub(super) fn address(&self, parts: &str) -> String {
        match self.0 {
            // Its sections have names and no numbers to link to.
            HTML => {
                "https://html.spec.whatwg.org/multipage/server-sent-events.html".into()
            }
            rfc => format!("https://www.rfc-editor.org/rfc/rfc{rfc}#section-{parts}"),
        }
    }
}

impl fmt::Display for Standard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            HTML => f.write_str("WHATWG HTML"),
            rfc => write!(f, "RFC {rfc}"),
        }
    }
}
