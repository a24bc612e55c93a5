//! The DevTools protocol over a WebSocket: commands with answers, and events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Something that happened in the browser.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) session: String,
    pub(crate) method: String,
    pub(crate) params: Value,
}

/// A connection to a browser. A clone is another handle on the same one.
#[derive(Debug, Clone)]
pub(crate) struct DevTools {
    commands: mpsc::Sender<(Value, oneshot::Sender<Value>)>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl DevTools {
    /// Connects to the address that the browser printed.
    pub(crate) async fn connect(address: &str) -> Self {
        let (socket, _) = connect_async(address).await.expect("the browser answers");
        let (mut sink, mut stream) = socket.split();
        let (commands, mut orders) =
            mpsc::channel::<(Value, oneshot::Sender<Value>)>(8);
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        tokio::spawn(async move {
            let mut waiting = HashMap::new();
            let mut last_id = 0u64;
            loop {
                tokio::select! {
                    order = orders.recv() => {
                        let Some((mut command, answer)) = order else { return };
                        last_id += 1;
                        command["id"] = json!(last_id);
                        waiting.insert(last_id, answer);
                        let text = Utf8Bytes::from(command.to_string());
                        sink.send(Message::Text(text)).await.expect("sent");
                    }
                    message = stream.next() => {
                        // Dropping `waiting` tells those who wait.
                        let Some(Ok(message)) = message else { return };
                        if let Message::Text(text) = message {
                            let message = serde_json::from_str(&text).expect("JSON");
                            route(message, &mut waiting, &heard);
                        }
                    }
                }
            }
        });
        Self { commands, events }
    }

    /// Sends a command and waits for its result. `session` is empty for the browser.
    pub(crate) async fn call(
        &self,
        session: &str,
        method: &str,
        params: Value,
    ) -> Value {
        let mut command = json!({ "method": method, "params": params });
        if !session.is_empty() {
            command["sessionId"] = json!(session);
        }
        let (answer, answered) = oneshot::channel();
        let sent = self.commands.send((command, answer)).await;
        sent.expect("the browser is there");
        let mut answer = answered.await.expect("the browser answers");
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].take()
    }

    /// What has happened in `session` so far.
    pub(crate) fn events(&self, session: &str) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = events.iter().filter(|event| event.session == session);
        ours.cloned().collect()
    }
}

/// An answer goes to who waits for it, everything else is an event.
fn route(
    mut message: Value,
    waiting: &mut HashMap<u64, oneshot::Sender<Value>>,
    events: &Mutex<Vec<Event>>,
) {
    if let Some(id) = message["id"].as_u64() {
        if let Some(answer) = waiting.remove(&id) {
            // Who asked may have given up.
            let _ = answer.send(message);
        }
        return;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let event = Event {
        session: text(&message["sessionId"]),
        method: text(&message["method"]),
        params: message["params"].take(),
    };
    events
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(event);
}
