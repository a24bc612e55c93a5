//! What a client says.

use chat::protocol::{
    self as one, Envelope, Leave, MessageId, Name, Problem, Room, Text, Typing,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MAX_NUMBER, MAX_PAGE, VERSION, number};

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first thing that it says. The answer is a `welcome`.
    Hello(Hello),
    /// It enters a room, or comes back to it. The answer is a `joined`.
    Join(Join),
    /// It leaves a room. The answer is a `left`.
    Leave(Leave),
    /// It says something. The answer is an `accepted`, when that can no longer be lost.
    Say(Say),
    /// Its person is writing something. There is no answer.
    Typing(Typing),
    /// It changes what it has said. The answer is an `accepted`.
    Edit(Edit),
    /// It takes back what it has said. The answer is an `accepted`.
    Delete(Delete),
    /// It asks for older messages. The answer is a `page`.
    Page(PageOf),
    /// It looks for words. The answer is a `found`.
    Search(Search),
}

/// Who is there, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The version of the protocol.
    pub version: u32,
    /// What the person is called.
    pub name: Name,
}

/// Which room to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The room.
    pub room: Room,
    /// The last number that the client has seen of it: what came after that is told first.
    /// Without it, only what comes from now on.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "number::option"
    )]
    #[schemars(range(max = MAX_NUMBER))]
    pub after: Option<u64>,
}

/// What to say, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// A room that the client is in.
    pub room: Room,
    /// What it says.
    pub text: Text,
    /// The client's own id for it. Whoever does not know whether a message has arrived
    /// says it again with the same id, and it is there once. So ids are made anew for
    /// each message, also after a restart: take random ones.
    pub id: MessageId,
}

/// What is to be said instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// A room that the client is in.
    pub room: Room,
    /// The number of a message that the same person has said.
    #[serde(deserialize_with = "number::number")]
    #[schemars(range(max = MAX_NUMBER))]
    pub seq: u64,
    /// The new words.
    pub text: Text,
    /// The client's own id for the change, as for what it says.
    pub id: MessageId,
}

/// What is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// A room that the client is in.
    pub room: Room,
    /// The number of a message that the same person has said.
    #[serde(deserialize_with = "number::number")]
    #[schemars(range(max = MAX_NUMBER))]
    pub seq: u64,
    /// The client's own id for the change, as for what it says.
    pub id: MessageId,
}

/// Which older messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageOf {
    /// A room that the client is in.
    pub room: Room,
    /// Those before this number.
    #[serde(deserialize_with = "number::number")]
    #[schemars(range(max = MAX_NUMBER))]
    pub before: u64,
    /// How many at most: 1 to 100.
    #[schemars(range(min = 1, max = MAX_PAGE))]
    pub limit: u32,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// A room that the client is in.
    pub room: Room,
    /// Words, of which the last may be the beginning of one. Nothing else has a meaning.
    pub query: Text,
}

impl ClientMessage {
    /// Reads a text message of a client that speaks version 2.
    ///
    /// # Errors
    ///
    /// When it is none of these: what to answer.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let envelope = Envelope::open(text)?;
        match envelope.kind() {
            "hello" => hello(envelope).map(Self::Hello),
            "join" => envelope.read().map(Self::Join),
            "leave" => envelope.read().map(Self::Leave),
            "say" => envelope.read().map(Self::Say),
            "typing" => envelope.read().map(Self::Typing),
            "edit" => envelope.read().map(Self::Edit),
            "delete" => envelope.read().map(Self::Delete),
            "page" => envelope.read().map(Self::Page),
            "search" => envelope.read().map(Self::Search),
            _ => Err(envelope.unknown_type()),
        }
    }

    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("its keys are text")
    }
}

/// A `hello` of either version: what else stands in it is the same in both.
fn hello(envelope: Envelope) -> Result<Hello, Problem> {
    if [one::VERSION, VERSION].contains(&envelope.version()?) {
        return envelope.read();
    }
    let text = "this server speaks the versions 1 and 2";
    Err(Problem::new(one::ErrorCode::UnknownVersion, text).at("version"))
}
