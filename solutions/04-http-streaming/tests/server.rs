//! The exercises' server, with the repaired `tell` behind it: a board that can be followed.

use std::time::Duration;

use http_streaming::{EventStream, Message};
use raw_http::{Client, Request};
use sol04_http_streaming as subject;
use wiretap::{Link, Recorder, harness};

#[path = "../../../exercises/04-http-streaming/src/server.rs"]
mod server;

#[test]
fn it_tells_what_is_published_while_it_is_followed() {
    harness::run("the exercises' server", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("the exercises"));
        tokio::spawn(server::serve(listener));
        let silence = Duration::from_secs(10);
        let stream = EventStream::follow(&dialer, "x", Some(0), silence).await;
        let mut stream = stream.expect("a stream, at once");
        let mut client = Client::new(dialer, "x");
        for seq in 1..=3 {
            let published = client.send(Request::post("/events", "hello")).await;
            assert_eq!(published.expect("an answer").status, 201);
            match stream.next().await {
                Ok(Some(Message::Event(event))) => assert_eq!(event.seq, seq),
                surprise => panic!("{surprise:?}"),
            }
        }
    });
}
