//! What is told, encoded once for all who are told it.

use chat::protocol::VERSION as ONE;

use crate::line::Told;
use crate::protocol::ServerMessage;

/// A message as a frame, encoded once for all who read it, in both versions.
#[derive(Debug, Clone)]
pub(crate) struct Frames {
    one: Told,
    two: Told,
}

impl Frames {
    pub(crate) fn of(message: ServerMessage) -> Self {
        let two = message.to_json();
        let one = message.json_in_version_1();
        if one == two {
            let both = Told::new(&one);
            let (one, two) = (both.clone(), both);
            return Self { one, two };
        }
        let (one, two) = (Told::new(&one), Told::new(&two));
        Self { one, two }
    }

    pub(crate) fn in_version(&self, version: u32) -> &Told {
        match version {
            ONE => &self.one,
            _ => &self.two,
        }
    }

    /// How much memory they take, in bytes.
    pub(super) fn size(&self) -> usize {
        let (one, two) = (self.one.frame(), self.two.frame());
        match one.as_ptr() == two.as_ptr() {
            true => two.len(),
            false => one.len() + two.len(),
        }
    }
}
