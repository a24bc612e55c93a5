//! What a client says.

use chat::protocol::{Envelope, ErrorCode, Leave, Problem, Typing};
use history::protocol::{Delete, Edit, Join, PageOf, Say, Search};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VERSION;
use crate::api::Secret;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first thing that it says. The answer is a `welcome`.
    Hello(Hello),
    /// It enters a room that it is a member of, or comes back to it.
    Join(Join),
    /// It leaves a room. It stays a member.
    Leave(Leave),
    /// It says something.
    Say(Say),
    /// Its person is writing something.
    Typing(Typing),
    /// It changes what it has said.
    Edit(Edit),
    /// It takes back what it has said.
    Delete(Delete),
    /// It asks for older messages.
    Page(PageOf),
    /// It looks for words.
    Search(Search),
}

/// Who is there, proved by a ticket, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The version of the protocol: 3.
    pub version: u32,
    /// A ticket that nobody has used.
    pub ticket: Secret,
}

impl Hello {
    /// A `hello` of this version.
    pub fn new(ticket: Secret) -> Self {
        let version = VERSION;
        Self { version, ticket }
    }

    /// Reads the first message of a client.
    ///
    /// # Errors
    ///
    /// When it is no `hello`, or one of another version: what to answer. Nothing of the
    /// ticket stands in it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let envelope = Envelope::open(text)?;
        if envelope.kind() != "hello" {
            return Err(Problem::new(ErrorCode::HelloFirst, "say hello first"));
        }
        if envelope.version()? != VERSION {
            let text = "this server speaks version 3: come with a ticket";
            return Err(Problem::new(ErrorCode::UnknownVersion, text).at("version"));
        }
        envelope.read()
    }
}

impl ClientMessage {
    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("its keys are text")
    }
}
