//! Carl's end of his connection.

use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use serde::Deserialize;
use tokio::io::DuplexStream;
use wiretap::{Recorder, Side};

use super::SlowRoom;
use super::shown::Told;

/// What of the server's messages is shown.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
enum Heard {
    Joined,
    Message {
        seq: u64,
    },
    Dropped {
        count: u64,
    },
    #[serde(other)]
    Other,
}

/// What a client leaves to chance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chance {
    pub(crate) nonce: fn() -> [u8; 16],
    pub(crate) masking_key: fn() -> MaskingKey,
}

impl Default for Chance {
    fn default() -> Self {
        Self {
            nonce: || std::array::from_fn(|_| fastrand::u8(..)),
            masking_key: Config::default().masking_key,
        }
    }
}

impl SlowRoom {
    /// Carl's end: joins the room, and hears what is said as long as he reads.
    pub(super) async fn listen(
        &self,
        io: DuplexStream,
        recorder: &Recorder,
        chance: Chance,
    ) {
        let Some(websocket) = open(io, chance).await else {
            return;
        };
        let (mut reader, mut writer) = websocket.split();
        for said in [
            r#"{"type":"hello","version":1,"name":"Carl"}"#,
            r#"{"type":"join","room":"harbour"}"#,
        ] {
            // If it cannot be sent, the connection is closing: the reader says so.
            let _ = writer.send(Message::Text(said.into())).await;
        }
        // As above.
        let _ = writer.flush().await;
        let mut orders = self.doing.subscribe();
        loop {
            // The sender lives in `self`.
            let _ = orders.wait_for(|doing| doing.reads).await;
            tokio::select! {
                biased;
                _ = orders.wait_for(|doing| !doing.reads) => {}
                is_over = self.hear(&mut reader, recorder) => if is_over {
                    return;
                }
            }
        }
    }

    /// Reads one event; whether it was the last.
    async fn hear(
        &self,
        reader: &mut Reader<DuplexStream>,
        recorder: &Recorder,
    ) -> bool {
        let told = match reader.read().await {
            Some(Event::Message(Message::Text(text))) => {
                match serde_json::from_str(&text) {
                    Ok(Heard::Message { seq }) => Told::Message { seq },
                    Ok(Heard::Dropped { count }) => Told::Dropped { count },
                    Ok(Heard::Joined) => {
                        self.shown.send_modify(|shown| shown.here = true);
                        return false;
                    }
                    Ok(Heard::Other) | Err(_) => return false,
                }
            }
            Some(Event::Closed(closed)) => Told::Closed {
                code: closed.code(),
                reason: closed.reason().to_owned(),
            },
            Some(_) => return false,
            None => return true,
        };
        recorder.note(Side::Client, told.to_string());
        self.shown.send_modify(|shown| shown.tell(told));
        false
    }
}

/// Carl's WebSocket.
async fn open(io: DuplexStream, chance: Chance) -> Option<WebSocket<DuplexStream>> {
    let offer = Offer::new(&"ws://lab.example/chat".parse().expect("a URL"));
    let heads = raw_http::Limits::default();
    let opened = handshake::connect(io, &heads, offer, (chance.nonce)()).await;
    let Opened { io, rest, .. } = opened.ok()?;
    let config = Config {
        masking_key: chance.masking_key,
        ..Config::default()
    };
    let client = Connection::new(Role::Client, config);
    Some(WebSocket::new(io, client, rest))
}
