//! The lab of chapter 2: a board, and events that the page publishes on it.

use std::num::NonZeroUsize;
use std::time::Duration;

use raw_http::{Client, Request};
use short_polling::{Board, Published, SharedBoard};
use tokio::time::timeout;
use wiretap::Tcp;

use super::chapter::Target;
use super::forward::MyServer;
use super::session::Session;
use super::stage::Stage;

/// How many events a lab's board keeps.
const KEPT_EVENTS: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");
/// How long the reader's server may take to publish.
const PUBLISH: Duration = Duration::from_secs(5);

/// A board for a lab.
pub(crate) fn board() -> SharedBoard {
    SharedBoard::new(Board::new(KEPT_EVENTS))
}

impl Session {
    /// Lets an event happen and gives its number.
    ///
    /// It does not pass the tap: in the chapter's story, what happens on the server comes
    /// from elsewhere, and the polls alone are what is counted.
    pub(crate) async fn publish(&self, text: &str) -> Result<u64, String> {
        if self.target == Target::Mine {
            let seq = post(self.my_server, text).await?;
            self.recorder.published(seq);
            return Ok(seq);
        }
        let append = |board: &SharedBoard| {
            let seq = board.append(text);
            self.recorder.published(seq);
            seq
        };
        match &self.stage {
            Stage::RawHttp
            | Stage::Handshake(_)
            | Stage::Frames(_)
            | Stage::Messages
            | Stage::Connection(_)
            | Stage::Chat(_)
            | Stage::Backpressure(_)
            | Stage::History(_)
            | Stage::Gatekeeping(_) => {
                Err("Nothing is published in this lab.".to_owned())
            }
            Stage::ShortPolling(board) => Ok(append(board)),
            // Recorded before those who wait are woken: they answer at once.
            Stage::LongPolling(board) => Ok(board.change(append)),
            Stage::HttpStreaming(stage) => Ok(stage.board.change(append)),
            Stage::ServerSentEvents(events) => Ok(events.board().change(append)),
        }
    }
}

async fn post(server: MyServer, text: &str) -> Result<u64, String> {
    let mut client = Client::new(Tcp(server.address), server.address.to_string());
    let request = Request::post("/events", text.to_owned())
        .header("Content-Type", "text/plain; charset=utf-8");
    let response = match timeout(PUBLISH, client.send(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(format!("{error}. {}", server.how_to_start())),
        Err(_) => return Err(format!("Your server did not answer in {PUBLISH:?}.")),
    };
    match serde_json::from_slice::<Published>(&response.body) {
        Ok(published) if response.status == 201 => Ok(published.seq),
        _ => Err(format!(
            "Your server answered POST /events with {}: expected 201 and {{\"seq\":N}}.",
            response.status
        )),
    }
}
