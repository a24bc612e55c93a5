//! The example's demonstration, on a simulated link: what the page shows of it.

#[path = "../examples/ch05-server-sent-events/demo.rs"]
mod demo;

use std::time::Duration;

use wiretap::{Link, Recorder, harness};

#[test]
fn the_demonstration_of_the_page() {
    let text = harness::run("ten seconds of a stream", async {
        let network = || {
            let link = Link::new().rtt(Duration::from_millis(20));
            let (dialer, listener) = link.network(&Recorder::new("under the demo"));
            (listener, dialer)
        };
        let mut lines = Vec::new();
        demo::play([network(), network()], |line| lines.push(line)).await;
        lines.join("\n")
    });
    insta::with_settings!({
        description => "cargo run --example ch05-server-sent-events",
        omit_expression => true,
    }, {
        insta::assert_snapshot!("demo", text);
    });
}
