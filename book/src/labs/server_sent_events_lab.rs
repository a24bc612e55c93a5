//! The lab of chapter 5: a stream that the page's own `EventSource` reads, and scissors.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use long_polling::WaitingBoard;
use server_sent_events::{Events, Streams};
use short_polling::Board;
use tokio::net::TcpListener;
use wiretap::Side;

use super::chapter::Target;
use super::relay::StreamForward;
use super::session::Session;
use super::stage::Stage;

/// How many events a lab's board keeps.
const KEPT_EVENTS: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");

/// The events of an empty board, told with short waits: a reader of the page has no
/// quarter of a minute for a heartbeat.
pub(crate) fn events() -> Events {
    let board = WaitingBoard::new(Board::new(KEPT_EVENTS).into(), 0);
    let streams = Streams {
        retry: Duration::from_secs(2),
        heartbeat: Duration::from_secs(5),
        most: 12,
        ..Streams::default()
    };
    Events::new(board, streams)
}

impl Session {
    /// The chapter's own streams, tapped; or the reader's, tapped on the way to them.
    pub(crate) async fn serve_streams(&self, listener: TcpListener, events: &Events) {
        let listener = self.scissors.reach(listener);
        match self.target {
            Target::Mine => {
                let rules = Arc::clone(&self.rules);
                let recorder = self.recorder.clone();
                let forward = StreamForward::new(self.my_server, recorder, rules);
                self.stream_with(listener, forward).await;
            }
            Target::Chapter => {
                let tapped = self.recorder.tap_listener(listener);
                let handler = server_sent_events::handler(events.clone());
                self.stream_with(tapped, handler).await;
            }
        }
    }

    /// Cuts every connection of the lab.
    pub(crate) fn cut(&self) {
        let text = "every connection is cut";
        self.recorder.note(Side::Server, text);
        self.scissors.cut();
    }

    /// Says that nothing more will happen: 204 for who has everything.
    pub(crate) fn end(&self) -> Result<(), String> {
        match (&self.stage, self.target) {
            (Stage::ServerSentEvents(events), Target::Chapter) => {
                self.recorder.note(Side::Server, "nothing more will happen");
                events.end();
                Ok(())
            }
            (_, Target::Mine) => Err("Your own server has no end.".to_owned()),
            (_, Target::Chapter) => Err("Nothing ends in this lab.".to_owned()),
        }
    }
}
