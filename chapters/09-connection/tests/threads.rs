//! Reader and writer in tasks of their own, on several threads, over a stream that is nearly
//! always full: no wake-up is lost.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use connection::{
    CloseCode, Config, Connection, Event, Message, Reader, Role, WebSocket, Writer,
};
use tokio::io::{DuplexStream, duplex};
use tokio::runtime::Builder;

const MESSAGES: u32 = 20_000;
/// In real time: it takes about a second. What is not done by then hangs.
const DEADLINE: Duration = Duration::from_secs(60);

fn halves(
    io: DuplexStream,
    role: Role,
) -> (Reader<DuplexStream>, Writer<DuplexStream>) {
    let config = Config {
        max_output: 300,
        ..Config::default()
    };
    WebSocket::new(io, Connection::new(role, config), []).split()
}

/// Sends numbers; each hundredth by hand, so that all ways to write are in use.
async fn send(mut writer: Writer<DuplexStream>) -> Writer<DuplexStream> {
    for n in 0..MESSAGES {
        let message = Message::Binary(n.to_be_bytes().repeat(8).into());
        match n % 100 {
            0 => writer.flush().await.expect("it is open"),
            1 => writer.ping(b"there?").await.expect("it is open"),
            _ => {}
        }
        writer.send(message).await.expect("it is open");
    }
    writer
}

/// Counts the numbers, which come in their order, until the end.
async fn receive(mut reader: Reader<DuplexStream>) -> u32 {
    let mut next = 0_u32;
    while let Some(event) = reader.read().await {
        if let Event::Message(Message::Binary(bytes)) = event {
            assert_eq!(bytes[..4], next.to_be_bytes());
            next += 1;
        }
    }
    next
}

async fn both_ways_at_once() -> [u32; 2] {
    let (near, far) = duplex(256);
    let (client_reader, client_writer) = halves(near, Role::Client);
    let (server_reader, server_writer) = halves(far, Role::Server);
    let heard = [
        tokio::spawn(receive(client_reader)),
        tokio::spawn(receive(server_reader)),
    ];
    let sent = [
        tokio::spawn(send(client_writer)),
        tokio::spawn(send(server_writer)),
    ];
    let [client, server] = sent;
    let mut client = client.await.expect("no panic");
    let _server = server.await.expect("no panic");
    client.close(CloseCode::NORMAL, "").expect("it is open");
    let [by_client, by_server] = heard;
    [
        by_client.await.expect("no panic"),
        by_server.await.expect("no panic"),
    ]
}

#[test]
fn twenty_thousand_messages_in_each_direction() {
    let (report, reported) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(4)
            .enable_time()
            .build();
        let runtime = runtime.expect("the system starts threads");
        let _ = report.send(runtime.block_on(both_ways_at_once()));
    });
    let heard = reported.recv_timeout(DEADLINE);
    assert_eq!(heard, Ok([MESSAGES, MESSAGES]), "a task sleeps for ever");
}
