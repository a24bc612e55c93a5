//! Drive a connection over a stream, so that it writes seldom and late enough, and early
//! enough.
//!
//! Write `echo`: what comes is given to the connection, each message is sent back, and what
//! the connection has to say is written. It returns when the connection is over, after its
//! last words are written, or when the stream has ended.
//!
//! When is it written?
//!
//! * Not for each message: a write costs more than all the rest. As long as the next read
//!   gives something, there may be more to say.
//! * Before each `wait`: whoever sleeps on an answer lets the peer sleep as well.
//! * When a read has left the queue with no more room, `Connection::has_room`, though
//!   there is still something to read: a peer that never pauses must not fill the memory.
//!
//! `Stream` is how a socket that does not block looks, without its error codes. Of the
//! connection you need these:
//!
//! * `receive(&mut input)`, where `input` is a `&mut [u8]`, which it shortens by what it
//!   takes: the next event, or `None` when all is taken;
//! * `send(message)`, which puts a message into the queue, unless the connection is closing;
//! * `output()`, the queue. It is a `bytes::Buf`: take from it what you write;
//! * `end_of_input()`, to tell it that nothing more will come;
//! * `has_ended()`, which says whether it is over, but for what is in the queue.
//!
//! `cargo doc -p ch09-connection --open` has all that it can do.

use bytes::Buf;
use connection::{Connection, Event};

/// What a read gives.
pub enum Read {
    /// These bytes have come.
    Bytes(Vec<u8>),
    /// Nothing is there now: `wait` before you read again.
    WouldWait,
    /// Nothing will come any more.
    End,
}

/// A stream that never blocks, except in `wait`.
pub trait Stream {
    /// What has come.
    fn read(&mut self) -> Read;
    /// Writes; all of it is taken.
    fn write(&mut self, bytes: &[u8]);
    /// Sleeps until there is something to read.
    fn wait(&mut self);
}

/// Sends every message back, until the connection is over.
pub fn echo(mut connection: Connection, stream: &mut impl Stream) {
    todo!("read, give it to the connection, and write when there is a reason to")
}
