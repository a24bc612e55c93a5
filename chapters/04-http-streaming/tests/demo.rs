//! The example's demonstration, on a simulated link: what the page shows of it.

#[path = "../examples/ch04-http-streaming/demo.rs"]
mod demo;

use std::time::Duration;

use wiretap::{Link, Recorder, harness};

#[test]
fn the_demonstration_of_the_page() {
    let text = harness::run("eight seconds of a stream", async {
        let link = Link::new().rtt(Duration::from_millis(20));
        let (dialer, listener) = link.network(&Recorder::new("under the tap"));
        let mut lines = Vec::new();
        let ledger = demo::play(listener, dialer, |line| lines.push(line)).await;
        assert_eq!((ledger.published, ledger.delivered), (5, 5));
        lines.extend([String::new(), demo::cost(&ledger)]);
        lines.join("\n")
    });
    insta::with_settings!({
        description => "cargo run --example ch04-http-streaming",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("demo", text);
    });
}
