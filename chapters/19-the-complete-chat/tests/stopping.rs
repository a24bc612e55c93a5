//! A server that stops while lines are open.

#[path = "requests/mod.rs"]
mod requests;
#[path = "requests/whole.rs"]
mod whole;

use std::sync::Arc;
use std::time::Duration;

use history::{Chat, Halls, MemoryLog};
use requests::Asking;
use server_sent_events::{EventSource, Notice, Options};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use whole::Engine;
use wiretap::{Link, LinkDialer, Recorder, harness};

/// What the last event of a line says.
async fn last_event(line: &Asking, dialer: &LinkDialer) -> String {
    let (dialer, path) = (dialer.clone(), line.path("events"));
    let source = EventSource::new(dialer, "chat.test", path, Options::default());
    let mut source = source.with_cookie(&line.cookie);
    loop {
        match source.next().await.expect("it goes on") {
            Notice::Message(message) if message.event_type == "close" => {
                return message.data;
            }
            Notice::Failed(why) => panic!("{why}"),
            Notice::Message(_) | Notice::Open | Notice::Interrupted { .. } => {}
        }
    }
}

#[test]
fn whoever_listens_is_told_at_once_and_who_does_not_is_waited_for_a_while() {
    harness::run("a shutdown with three lines", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
        let halls = Halls::new();
        let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) };
        let engine = Engine::Handmade;
        let serving = whole::serve(listener, engine, Arc::default(), chat, stopped);
        let serving = tokio::spawn(serving);

        let streamed = Asking::open(dialer.clone()).await;
        let mut polled = Asking::open(dialer.clone()).await;
        let _left = Asking::open(dialer.clone()).await;
        let start = Instant::now();
        let stopping = async {
            sleep(Duration::from_secs(1)).await;
            stop.send(()).expect("it serves");
        };
        let (event, (_, poll), ()) =
            tokio::join!(last_event(&streamed, &dialer), polled.poll(0), stopping);
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        assert_eq!(event, r#"{"code":1001,"reason":"the server stops"}"#);
        assert_eq!(poll["closed"]["code"], 1001);
        serving.await.expect("no panic");
        // The third has not come back to be told.
        assert_eq!(start.elapsed(), whole::line_limits().absence);
    });
}
