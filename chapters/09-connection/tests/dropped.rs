//! Halves that are dropped, and what is left of the connection then.

use connection::{CloseCode, Config, Connection, Role, SendError, WebSocket};
use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use wiretap::harness;

fn server() -> (WebSocket<DuplexStream>, DuplexStream) {
    let (near, far) = duplex(1 << 10);
    let connection = Connection::new(Role::Server, Config::default());
    (WebSocket::new(near, connection, []), far)
}

#[test]
fn a_closer_does_not_keep_the_stream_open() {
    harness::run("a closer that outlives the halves", async {
        let (websocket, mut client) = server();
        let closer = websocket.closer();
        drop(websocket.split());
        let mut said = Vec::new();
        client.read_to_end(&mut said).await.expect("the end");
        assert!(said.is_empty());
        let late = closer.close(CloseCode::NORMAL, "");
        assert_eq!(late, Err(SendError::Closed));
    });
}
