//! What a client says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VERSION;
use super::envelope::Envelope;
use super::problem::{ErrorCode, Problem};
use super::words::{MessageId, Name, Room, Text};

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first thing that it says. The answer is a `welcome`.
    Hello(Hello),
    /// It enters a room. The answer is a `joined`; who is in it already gets one too.
    Join(Join),
    /// It leaves a room. The answer is a `left`, the last that it hears of the room.
    Leave(Leave),
    /// It says something to everybody in a room, itself included: that is the answer.
    Say(Say),
    /// Its person is writing something. There is no answer.
    Typing(Typing),
}

/// Who is there, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The version of the protocol: 1.
    pub version: u32,
    /// What the person is called.
    pub name: Name,
}

/// Which room to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The room. It begins with the first who enters it.
    pub room: Room,
}

/// Which room to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The room.
    pub room: Room,
}

/// What to say, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// A room that the client is in.
    pub room: Room,
    /// What it says.
    pub text: Text,
    /// Its own mark on the message, repeated in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
}

/// Where somebody is writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// A room that the client is in.
    pub room: Room,
}

impl ClientMessage {
    /// Reads a text message.
    ///
    /// # Errors
    ///
    /// When it is none of these: what to answer.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let envelope = Envelope::open(text)?;
        match envelope.kind() {
            "hello" => Self::hello(envelope),
            "join" => envelope.read().map(Self::Join),
            "leave" => envelope.read().map(Self::Leave),
            "say" => envelope.read().map(Self::Say),
            "typing" => envelope.read().map(Self::Typing),
            _ => Err(envelope.unknown_type()),
        }
    }

    /// The version comes first: another one's `hello` may have other fields.
    fn hello(envelope: Envelope) -> Result<Self, Problem> {
        if envelope.version()? == VERSION {
            return envelope.read().map(Self::Hello);
        }
        let text = format!("this server speaks version {VERSION}");
        Err(Problem::new(ErrorCode::UnknownVersion, text).at("version"))
    }

    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("its keys are text")
    }
}
