//! What is said on a line is heard once, whatever is cut at whatever byte. For what is told,
//! see the contract.

mod requests;

use history::Line as _;
use requests::{Asking, Server, post, road};
use serde_json::json;
use the_complete_chat::lines::LineLimits;
use tokio::sync::mpsc;
use wiretap::{Fault, Link, Recorder, Side, harness};

const ALL: [&str; 3] = ["one", "two", "three"];

/// Says all of it over a connection with this fault, and again over another one that has
/// none; what was heard, and whether the first was answered.
async fn said_over(sender: Side, fault: Fault) -> (Vec<String>, bool) {
    let (hear, mut heard) = mpsc::channel(8);
    let server = Server::new(LineLimits::default(), async move |mut line| {
        while let Some(text) = line.hear().await {
            hear.send(text).await.expect("the test listens");
        }
    });
    let mut good = server.open().await;
    let link = Link::new().fault(sender, fault);
    // Another way to the same server.
    let dialer = road::serve_router(server.router(), &link, &Recorder::new("faulty"));
    let mut faulty: Asking = good.beside(&dialer);
    let path = good.path("say");
    let batch =
        |n: u64, texts: &[&str]| post(&path, &json!({ "n": n, "messages": texts }));
    let first = faulty.with_cookie(batch(1, &ALL[..2]));
    let first = faulty.client.send(first).await;
    let is_answered = first.is_ok_and(|answer| answer.status == 204);
    assert_eq!(good.send(batch(1, &ALL[..2])).await.status, 204);
    assert_eq!(good.send(batch(2, &ALL[1..])).await.status, 204);
    assert_eq!(good.close().await, 204);
    server.lines.ended().await;
    let mut texts = Vec::new();
    while let Ok(text) = heard.try_recv() {
        texts.push(text);
    }
    (texts, is_answered)
}

#[test]
fn what_is_said_is_heard_once_whatever_is_cut() {
    for sender in [Side::Client, Side::Server] {
        for fault in [Fault::HalfCloseAfter, Fault::ResetAfter] {
            let mut answered = 0;
            // A request has some 210 bytes, and its answer 27.
            for bytes in 0..250 {
                let what = format!("{:?} of the {sender:?}", fault(bytes));
                let (heard, is_answered) =
                    harness::run(&what, said_over(sender, fault(bytes)));
                assert_eq!(heard, ALL, "{what}");
                answered += u32::from(is_answered);
            }
            assert!(
                (1..250).contains(&answered),
                "some are cut, and some are not"
            );
        }
    }
}
