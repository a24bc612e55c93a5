//! What each chapter's server serves.

use std::io;

use chat::Chat;
use long_polling::WaitingBoard;
use server_sent_events::Events;
use short_polling::SharedBoard;
use tokio::sync::watch;

use super::backpressure_lab::{Shown, SlowRoom};
use super::chapter::Chapter;
use super::connection_lab::Connections;
use super::door_lab::Gatehouse;
use super::frames_lab::Arrived;
use super::handshake_lab::Handshakes;
use super::history_lab::Rooms;
use super::http_streaming_lab::Streamed;
use super::{long_polling_lab, server_sent_events_lab, short_polling_lab};

/// What a chapter's server serves.
#[derive(Debug)]
pub(crate) enum Stage {
    /// A few resources that do not change.
    RawHttp,
    /// A board that the page publishes on.
    ShortPolling(SharedBoard),
    /// The same, and requests that wait for what happens on it.
    LongPolling(WaitingBoard),
    /// The same over one answer, behind an intermediary.
    HttpStreaming(Streamed),
    /// The same as a stream of messages.
    ServerSentEvents(Events),
    /// Handshakes, and a server that keeps its rules or breaks one.
    Handshake(Handshakes),
    /// A server that sends frames back.
    Frames(Arrived),
    /// A client to which the page sends frames.
    Messages,
    /// The connections that are open.
    Connection(Connections),
    /// Rooms, and who is in them.
    Chat(Chat),
    /// A room with a reader that does not read.
    Backpressure(SlowRoom),
    /// Rooms that remember.
    History(Rooms),
    /// A chat with a door.
    Gatekeeping(Gatehouse),
}

impl Stage {
    pub(crate) fn of(chapter: Chapter) -> io::Result<Self> {
        Ok(match chapter {
            Chapter::RawHttp => Self::RawHttp,
            Chapter::ShortPolling => Self::ShortPolling(short_polling_lab::board()),
            Chapter::LongPolling => Self::LongPolling(long_polling_lab::board()),
            Chapter::HttpStreaming => Self::HttpStreaming(Streamed::new()),
            Chapter::ServerSentEvents => {
                Self::ServerSentEvents(server_sent_events_lab::events())
            }
            Chapter::Handshake => Self::Handshake(Handshakes::default()),
            Chapter::Frames => Self::Frames(Arrived::default()),
            Chapter::Messages => Self::Messages,
            Chapter::Connection => Self::Connection(Connections::new()),
            Chapter::Chat => Self::Chat(Chat::new()),
            Chapter::Backpressure => Self::Backpressure(SlowRoom::new()),
            Chapter::History => Self::History(Rooms::new()),
            Chapter::Gatekeeping => {
                Self::Gatekeeping(Gatehouse::new().map_err(io::Error::other)?)
            }
        })
    }

    /// What the page is shown beside the transcript, where there is something.
    pub(crate) fn shown(&self) -> Option<watch::Receiver<Shown>> {
        match self {
            Self::Backpressure(room) => Some(room.shown()),
            _ => None,
        }
    }
}
