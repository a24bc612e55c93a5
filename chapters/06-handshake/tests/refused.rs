//! What the example tells a person whose handshake is refused.

#[path = "../examples/ch06-handshake/connect.rs"]
#[allow(dead_code, reason = "one function of it is tested")]
#[allow(clippy::print_stdout, reason = "a program for the terminal")]
mod connect;
#[path = "../examples/ch06-handshake/show.rs"]
#[allow(dead_code, reason = "the test shows nothing")]
mod show;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use wiretap::{Recorder, Side, harness};

const HEAD: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\n";

#[test]
fn the_body_of_a_refusal_is_shown_though_it_came_with_the_head() {
    // All at once; or only a part of the body with the head; or nothing of it.
    for with_head in [12, 5, 0] {
        let lines = harness::run("a refusal", async move {
            let (client, mut server) = duplex(1024);
            let recorder = Recorder::new("a refusal");
            let mut client = recorder.tap(client, Side::Client);
            let (first, rest) = "Not for you\n".split_at(with_head);
            client
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .expect("sent");
            let answer = [HEAD, first].concat();
            server.write_all(answer.as_bytes()).await.expect("sent");
            let mut head = vec![0; answer.len()];
            client.read_exact(&mut head).await.expect("an answer");
            server.write_all(rest.as_bytes()).await.expect("sent");
            // A server that does not hang up is not waited for long.
            connect::body(&mut client, &recorder).await
        });
        assert_eq!(lines, ["Not for you"], "{with_head}");
    }
}
