//! A connection over a stream that does not block.

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
    while !connection.has_ended() {
        match stream.read() {
            Read::Bytes(mut bytes) => {
                take(&mut connection, &mut bytes);
                if !connection.has_room() {
                    write(&mut connection, stream);
                }
            }
            Read::WouldWait => {
                write(&mut connection, stream);
                stream.wait();
            }
            Read::End => connection.end_of_input(),
        }
    }
    write(&mut connection, stream);
}

fn take(connection: &mut Connection, mut input: &mut [u8]) {
    while let Some(event) = connection.receive(&mut input) {
        if let Event::Message(message) = event {
            // It is refused only when the connection is closing.
            let _ = connection.send(message);
        }
    }
}

fn write(connection: &mut Connection, stream: &mut impl Stream) {
    let output = connection.output();
    if output.has_remaining() {
        stream.write(&output.copy_to_bytes(output.remaining()));
    }
}
