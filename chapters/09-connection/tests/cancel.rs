//! Each `async fn` of the halves is dropped at every place where it can wait, and called
//! again: after each byte that comes, and after each byte that leaves.

mod common;
mod stream;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use common::{close, frame_to};
use connection::{Config, Connection, Event, Message, Role};
use frames::Opcode;
use stream::{Script, Step, halves};
use wiretap::harness;

/// Polls a future once, and drops it.
fn once<T>(future: impl Future<Output = T>) -> Poll<T> {
    let cx = &mut Context::from_waker(Waker::noop());
    pin!(future).poll(cx)
}

/// All bytes of a conversation, each in a read of its own, with a wait before it.
fn each_byte(bytes: &[u8]) -> impl Iterator<Item = Step> {
    let steps = bytes
        .iter()
        .map(|byte| [Step::Wait, Step::Read(vec![*byte])]);
    steps.flatten().chain([Step::Wait, Step::End])
}

fn conversation(to: Role) -> Vec<u8> {
    let long = "long ".repeat(60);
    let frames = [
        frame_to(to, true, Opcode::Text, "ünï".as_bytes()),
        frame_to(to, false, Opcode::Text, b"frag"),
        frame_to(to, true, Opcode::Ping, b"between"),
        frame_to(to, false, Opcode::Continuation, b""),
        frame_to(to, true, Opcode::Continuation, b"ments"),
        frame_to(to, true, Opcode::Text, long.as_bytes()),
        frame_to(to, true, Opcode::Close, &close(1000, "done")),
    ];
    frames.concat()
}

/// Sends back what comes, in futures that never live for more than one poll; what was
/// written.
fn echo_in_pieces(role: Role, script: Script) -> Vec<u8> {
    let written = script.written();
    let connection = Connection::new(role, Config::default());
    let (mut reader, mut writer) = halves(script, connection);
    let mut polls = 0;
    loop {
        polls += 1;
        assert!(polls < 10_000, "it gets nowhere");
        match once(reader.read()) {
            Poll::Pending => {}
            Poll::Ready(None) => return written.take(),
            Poll::Ready(Some(Event::Message(message))) => {
                while once(writer.send(message.clone())).is_pending() {}
                // Flushed now or later: either is dropped after each byte.
                if polls % 2 == 0 {
                    while once(writer.flush()).is_pending() {}
                }
            }
            Poll::Ready(Some(_)) => {}
        }
    }
}

#[test]
fn read_send_and_flush_may_be_dropped_after_each_byte() {
    harness::run("futures of one poll each", async {
        for role in [Role::Server, Role::Client] {
            let conversation = conversation(role);
            let script = Script::new(each_byte(&conversation)).stuttering();
            let written = echo_in_pieces(role, script);
            let long = "long ".repeat(60);
            let said = common::read_frames(role, written);
            let text = |text: &str| format!("text {}", text.as_bytes().escape_ascii());
            assert_eq!(
                said,
                [
                    text("ünï"),
                    "pong between".to_owned(),
                    text("fragments"),
                    text(&long),
                    "close 1000".to_owned(),
                ]
            );
        }
    });
}

/// A queue that is full, a stream that takes a byte at a time: a message that was not taken
/// is not sent, and one that was is sent once.
#[test]
fn send_and_ping_are_taken_whole_or_not_at_all() {
    harness::run("a queue of eight bytes", async {
        let config = Config {
            max_output: 8,
            ..Config::default()
        };
        // It must not end before everything is sent.
        let script = Script::new(vec![Step::Wait; 1000]).stuttering();
        let written = script.written();
        let connection = Connection::new(Role::Server, config);
        let (mut reader, mut writer) = halves(script, connection);
        let mut expected = Vec::new();
        let mut waited = 0;
        for n in 0..20 {
            let text = format!("message {n}");
            loop {
                let message = Message::Text(text.as_str().into());
                match once(writer.send(message)) {
                    Poll::Pending => waited += 1,
                    Poll::Ready(sent) => break sent.expect("it is open"),
                }
            }
            expected.push(format!("text {text}"));
            while once(writer.ping(text.as_bytes())).is_pending() {
                waited += 1;
            }
            expected.push(format!("ping {text}"));
        }
        assert!(waited > 100, "there was something to drop: {waited}");
        while once(reader.read()).is_pending() {}
        while once(reader.read()).is_pending() {}
        let said = common::read_frames(Role::Server, written.take());
        assert_eq!(said, expected);
    });
}
