//! Which chapters have a lab.

use serde::{Deserialize, Serialize};

/// A chapter with a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chapter {
    /// One request and one answer, by hand.
    RawHttp,
    /// Asking again and again.
    ShortPolling,
    /// A question that is held.
    LongPolling,
    /// An answer that does not end.
    HttpStreaming,
    /// A stream of events that resumes.
    ServerSentEvents,
    /// The handshake that opens a WebSocket.
    Handshake,
    /// Frames, bit by bit.
    Frames,
    /// Messages out of fragments.
    Messages,
    /// A connection, from its first frame to its end.
    Connection,
    /// Rooms, names and presence.
    Chat,
    /// A reader that does not read.
    Backpressure,
    /// Rooms that remember.
    History,
    /// Who is let in.
    Gatekeeping,
}

impl Chapter {
    const ALL: [Self; 13] = [
        Self::RawHttp,
        Self::ShortPolling,
        Self::LongPolling,
        Self::HttpStreaming,
        Self::ServerSentEvents,
        Self::Handshake,
        Self::Frames,
        Self::Messages,
        Self::Connection,
        Self::Chat,
        Self::Backpressure,
        Self::History,
        Self::Gatekeeping,
    ];

    /// The chapter whose number is `number`, written with two digits.
    pub(crate) fn find(number: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|chapter| format!("{:02}", chapter.number()) == number)
    }

    pub(crate) fn number(self) -> u16 {
        match self {
            Self::RawHttp => 1,
            Self::ShortPolling => 2,
            Self::LongPolling => 3,
            Self::HttpStreaming => 4,
            Self::ServerSentEvents => 5,
            Self::Handshake => 6,
            Self::Frames => 7,
            Self::Messages => 8,
            Self::Connection => 9,
            Self::Chat => 12,
            Self::Backpressure => 13,
            Self::History => 14,
            Self::Gatekeeping => 15,
        }
    }

    /// The package of its exercises, whose binary is the reader's own server.
    pub(crate) fn exercises(self) -> &'static str {
        match self {
            Self::RawHttp => "ex01-raw-http",
            Self::ShortPolling => "ex02-short-polling",
            Self::LongPolling => "ex03-long-polling",
            Self::HttpStreaming => "ex04-http-streaming",
            Self::ServerSentEvents => "ex05-server-sent-events",
            Self::Handshake => "ex06-handshake",
            Self::Frames => "ex07-frames",
            Self::Messages => "ex08-messages",
            Self::Connection => "ex09-connection",
            Self::Chat => "ex12-chat",
            Self::Backpressure => "ex13-backpressure",
            Self::History => "ex14-history",
            Self::Gatekeeping => "ex15-gatekeeping",
        }
    }
}

/// Whose server a lab runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    /// The chapter's.
    Chapter,
    /// The one that the reader is writing.
    Mine,
}
