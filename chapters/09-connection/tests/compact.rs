//! What it costs to write a large message piece by piece.

use bytes::Buf;
use connection::{Config, Connection, Message, Role};

/// How many bytes are moved in memory while a message of this length is written, 64 KiB at a
/// time.
fn moved(length: usize) -> usize {
    let mut connection = Connection::new(Role::Server, Config::default());
    let payload = vec![0; length];
    let message = Message::Binary(payload.as_slice().into());
    connection.send(message).expect("it is open");
    let output = connection.output();
    let mut moved = 0;
    while output.has_remaining() {
        let piece = output.chunk().len().min(64 << 10);
        let next = output.chunk().as_ptr().wrapping_add(piece);
        output.advance(piece);
        if output.has_remaining() && output.chunk().as_ptr() != next {
            moved += output.remaining();
        }
    }
    moved
}

#[test]
fn a_large_message_is_not_moved_for_each_piece_of_it() {
    for mebibytes in [1, 4, 16] {
        let length = mebibytes << 20;
        let moved = moved(length);
        assert!(moved <= length, "{moved} bytes moved for {length}");
    }
}
