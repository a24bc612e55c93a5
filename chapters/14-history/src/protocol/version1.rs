//! What version 1 has no words for, in those that it has.

use chat::protocol::{Room, ServerMessage as One};

use super::server::ServerMessage;

impl ServerMessage {
    /// As it is sent to a client of version 1. That knows neither edits nor deletions, and
    /// no number is missing there: something is said in their place.
    pub(crate) fn json_in_version_1(self) -> String {
        match self {
            Self::Message {
                room,
                seq,
                name,
                text: None,
                ..
            } => said(room, seq, name, None),
            Self::Edited {
                room,
                seq,
                name,
                text,
                ..
            } => said(room, seq, name, text),
            Self::Deleted {
                room,
                seq,
                name,
                target,
            } => said(
                room,
                seq,
                name,
                Some(format!("(message {target} is deleted)")),
            ),
            Self::Gap { room, first, last } => {
                let count = last.saturating_sub(first).saturating_add(1);
                One::Dropped { room, count }.to_json()
            }
            Self::Error(problem) => Self::Error(problem.in_room(None)).to_json(),
            same => same.to_json(),
        }
    }
}

fn said(room: Room, seq: u64, name: String, text: Option<String>) -> String {
    let text = text.unwrap_or_else(|| "(deleted)".to_owned());
    let message = ServerMessage::Message {
        room,
        seq,
        name,
        text: Some(text),
        id: None,
    };
    message.to_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_told_as_something_that_is_dropped() {
        let room = Room::new("harbour").expect("a room");
        let (first, last) = (4, 7);
        let gap = ServerMessage::Gap { room, first, last };
        let told = r#"{"type":"dropped","room":"harbour","count":4}"#;
        assert_eq!(gap.json_in_version_1(), told);
    }
}
