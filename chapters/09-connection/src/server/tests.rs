//! A connection that comes at the very moment when the server stops.

use std::sync::Barrier;
use std::thread;

use frames::Role;
use tokio::io::duplex;

use super::*;
use crate::connection::Connection;
use crate::event::SendError;

/// Whether a connection is told to close that comes to the list while the server stops and
/// tells everybody on it.
fn is_told() -> bool {
    let open = Open::new();
    let (near, _far) = duplex(1);
    let connection = Connection::new(Role::Server, Config::default());
    let websocket = WebSocket::new(near, connection, []);
    let both = Barrier::new(2);
    thread::scope(|scope| {
        let list = open.registry.lock().expect("no panic");
        let coming = scope.spawn(|| {
            both.wait();
            open.register(websocket.closer())
        });
        both.wait();
        // As a rule, by then it waits for the list; if not, this round finds out nothing.
        (0..1000).for_each(|_| thread::yield_now());
        open.stopping.cancel();
        list.closers.values().for_each(go_away);
        drop(list);
        let _registered = coming.join().expect("no panic");
        // It cannot be closed again.
        let again = websocket.closer().close(CloseCode::NORMAL, "");
        again == Err(SendError::Closed)
    })
}

#[test]
fn rfc6455_7_4_1_who_comes_while_the_server_stops_is_told_too() {
    for round in 0..100 {
        assert!(is_told(), "round {round}");
    }
}
