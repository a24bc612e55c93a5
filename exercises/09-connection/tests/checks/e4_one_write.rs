//! Streams that keep an account of what is owed to the peer.

use std::collections::VecDeque;

use bytes::BytesMut;
use connection::{Config, Connection, Role};
use frames::{Header, MaskingKey, Opcode, put_frame};
use wiretap::verdict::{self, Rule};

use crate::subject::e4_one_write::{Read, Stream, echo};

const SELDOM: Rule = Rule::new(
    "chapter 9",
    "Write when the next read would have to wait, and not for each message.",
);
const BEFORE: Rule = Rule::new(
    "chapter 9",
    "Before you wait, everything that is owed to the peer is written.",
);
const SLEEP: Rule = Rule::new(
    "chapter 9",
    "When nothing is there, `wait` until something is: only then is it time to read again.",
);
const BOUND: Rule = Rule::new(
    "chapter 9",
    "Every queue is bounded: when there is no room, write, also when there is more to read.",
);
const LAST: Rule = Rule::new(
    "RFC 6455 §5.5.1",
    "A Close is answered with a Close. The connection is over when that is written.",
);

/// A stream that does what it was told, and knows how many bytes the answers have.
struct Account {
    steps: VecDeque<(Read, usize)>,
    due: usize,
    written: Vec<u8>,
    writes: usize,
    most_owed: usize,
    /// A read has found nothing, and nobody has waited since.
    must_wait: bool,
    ended: bool,
}

impl Account {
    fn new(steps: impl IntoIterator<Item = (Read, usize)>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            due: 0,
            written: Vec::new(),
            writes: 0,
            most_owed: 0,
            must_wait: false,
            ended: false,
        }
    }

    fn owed(&self) -> usize {
        self.due.saturating_sub(self.written.len())
    }

    fn play(steps: impl IntoIterator<Item = (Read, usize)>) -> Self {
        let mut account = Self::new(steps);
        let connection = Connection::new(Role::Server, Config::default());
        echo(connection, &mut account);
        account
    }
}

impl Stream for Account {
    fn read(&mut self) -> Read {
        if self.must_wait {
            let why = "A read has found nothing, and you read again at once, without a \
                       `wait`: your thread spins.";
            verdict::fail(SLEEP, why);
        }
        self.most_owed = self.most_owed.max(self.owed());
        match self.steps.pop_front() {
            Some((read, answer)) => {
                self.due += answer;
                self.must_wait = matches!(read, Read::WouldWait);
                read
            }
            None if self.ended => {
                let why = "The stream has ended, you were told so, and you read again.";
                verdict::fail(LAST, why);
            }
            None => {
                self.ended = true;
                Read::End
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.writes += 1;
    }

    fn wait(&mut self) {
        self.must_wait = false;
        if self.owed() > 0 {
            let why = format!("You wait, and owe the peer {} bytes.", self.owed());
            verdict::fail(BEFORE, why);
        }
    }
}

fn frame(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let header = Header {
        masking_key: Some(MaskingKey([1, 2, 3, 4])),
        ..Header::new(opcode, 0)
    };
    let mut bytes = BytesMut::new();
    put_frame(header, payload, &mut bytes);
    bytes.to_vec()
}

/// So many texts in one read, and how long their answers are.
fn texts(count: usize, length: usize) -> (Read, usize) {
    let text = frame(Opcode::Text, &vec![b'x'; length]);
    let header = if length > 125 { 4 } else { 2 };
    (Read::Bytes(text.repeat(count)), count * (header + length))
}

fn pause() -> (Read, usize) {
    (Read::WouldWait, 0)
}

#[test]
fn many_answers_in_one_write() {
    let account = Account::play([texts(32, 32), texts(32, 32), texts(32, 32), pause()]);
    let expected = [&b"\x81\x20"[..], &[b'x'; 32]].concat().repeat(96);
    verdict::bytes(SELDOM, expected, &account.written);
    if account.writes > 1 {
        let why = format!(
            "Three reads brought 96 messages without a pause, and you wrote {} times.",
            account.writes
        );
        verdict::fail(SELDOM, why);
    }
}

#[test]
fn nobody_waits_for_an_answer() {
    let ping = (Read::Bytes(frame(Opcode::Ping, b"there?")), 8);
    let steps = [texts(1, 5), pause(), texts(2, 5), pause(), ping, pause()];
    let account = Account::play(steps);
    verdict::equal(BEFORE, 7 + 14 + 8, account.written.len());
    verdict::equal(SELDOM, 3, account.writes);
}

#[test]
fn a_peer_that_never_pauses() {
    let account = Account::play((0..1000).map(|_| texts(8, 1024)));
    // What has no room any more, and what one read adds.
    let bound = (64 << 10) + 2 * 8 * 1028;
    if account.most_owed > bound {
        let why = format!(
            "The peer does not pause, and up to {} bytes stand in your queue.",
            account.most_owed
        );
        verdict::fail(BOUND, why);
    }
    verdict::equal(BOUND, 8000 * 1028, account.written.len());
    if account.writes > 200 {
        let why = format!(
            "You wrote {} times. A queue of 64 KiB takes the answers to eight reads.",
            account.writes
        );
        verdict::fail(SELDOM, why);
    }
}

#[test]
fn the_last_words() {
    let goodbye = [
        frame(Opcode::Text, b"one more"),
        frame(Opcode::Close, b"\x03\xe8"),
    ];
    let steps = [(Read::Bytes(goodbye.concat()), 10 + 4)];
    let account = Account::play(steps);
    verdict::bytes(LAST, b"\x81\x08one more\x88\x02\x03\xe8", &account.written);
    // An end without a goodbye: what is owed is written nevertheless.
    let account = Account::play([texts(1, 5)]);
    verdict::bytes(LAST, b"\x81\x05xxxxx", &account.written);
}
