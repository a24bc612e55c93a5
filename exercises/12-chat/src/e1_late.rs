//! In the chat of axum 0.8.9's `examples/chat`, everything that is said goes through one
//! channel that keeps the last messages: the example asks for 100, and tokio 1.54.1 makes 128
//! of that. Each connection has a task that takes them out of it and sends them. Below is
//! that task, made after the example's own.
//!
//! A reader that is further behind gets an error from `recv`: `Lagged`, with the number of
//! messages that it has missed. When the chat stops, it gets another one, `Closed`. For this
//! task both are the end. The connection is dropped, and the reader's page sees 1006: no
//! Close, no reason.
//!
//! Repair `tell`. The reader hears everything up to the gap and nothing behind it, and then
//! why it ends: 1013 if it was too slow, 1001 if the chat stops, each with a reason for
//! people.

use tokio::sync::{broadcast, mpsc};

/// What is sent over a reader's connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// A text message.
    Text(String),
    /// A Close frame: its code, and its reason.
    Close(u16, &'static str),
}

/// Tells one reader what is said, until there is nothing more to tell.
pub async fn tell(mut said: broadcast::Receiver<String>, reader: mpsc::Sender<Sent>) {
    while let Ok(text) = said.recv().await {
        if reader.send(Sent::Text(text)).await.is_err() {
            return;
        }
    }
}
