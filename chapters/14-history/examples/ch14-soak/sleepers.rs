//! Those who join a room, ask for all that it has, and read it much later.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use chat::protocol::{Name, Room};
use connection::{Config, Event, Message, Reader, Writer, connect};
use handshake::Offer;
use history::protocol::{ClientMessage, Hello, Join, ServerMessage};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::notes::{Heard, Kind, Log};

/// Far more than all the buffers between the server's queue and its reader hold: theirs, the
/// server's 16 KiB, and those of the kernel, which are made small at both ends. When more
/// than that comes behind a nap, the server has waited.
const STALLED: usize = 128 << 10;

/// Far longer than it takes to read what a room has.
const PATIENCE: Duration = Duration::from_secs(60);

type Address = watch::Receiver<SocketAddr>;

/// Sleeps and reads by turns until then, and gives what it has written down.
pub(crate) async fn live(
    number: usize,
    address: Address,
    room: Room,
    nap: Duration,
    until: Instant,
) -> Log {
    let mut log = Log {
        who: format!("sleeper {number}"),
        room: room.to_string(),
        kind: Kind::Sleeper,
        ..Log::default()
    };
    while Instant::now() + nap < until {
        log.heard.push(Heard::Begins);
        match timeout(nap + PATIENCE, stay(&address, &room, nap, &mut log)).await {
            Ok(Ok(bytes)) if bytes > STALLED => log.waits += 1,
            Ok(Ok(_)) => {}
            // The server is killed now and then.
            Ok(Err(_)) => log.cuts += 1,
            Err(_) => {
                let complaint = "it is not told the rest of what has happened";
                log.complaints.push(complaint.to_owned());
            }
        }
        sleep(Duration::from_millis(200)).await;
    }
    log
}

/// One connection: how many bytes lay before it when it awoke.
async fn stay(
    address: &Address,
    room: &Room,
    nap: Duration,
    log: &mut Log,
) -> io::Result<usize> {
    // The writer is kept: without it nobody would answer.
    let (mut reader, _writer) = join(address, room, Some(0)).await?;
    sleep(nap).await;
    let (mut other, _others) = join(address, room, None).await?;
    let last = loop {
        if let ServerMessage::Joined { seq, .. } = next(&mut other).await?.0 {
            break seq;
        }
    };
    let (mut read, mut heard) = (0, 0);
    while heard < last {
        let (message, bytes) = next(&mut reader).await?;
        read += bytes;
        let note = Heard::of(message);
        match &note {
            Some(Heard::Entry(entry)) => heard = entry.seq,
            Some(Heard::Gap(_, end)) => heard = *end,
            _ => {}
        }
        log.heard.extend(note);
    }
    Ok(read)
}

async fn join(
    address: &Address,
    room: &Room,
    after: Option<u64>,
) -> io::Result<(Reader<TcpStream>, Writer<TcpStream>)> {
    let address = *address.borrow();
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4 << 10)?;
    let io = socket.connect(address).await?;
    let url = format!("ws://{address}/chat").parse().expect("a URL");
    let opened = connect(io, Offer::new(&url), Config::default()).await;
    let (reader, mut writer) = opened.map_err(io::Error::other)?.0.split();
    let name = Name::new("sleepy").expect("a name");
    let (version, room) = (2, room.clone());
    let hello = ClientMessage::Hello(Hello { version, name });
    let join = ClientMessage::Join(Join { room, after });
    for message in [hello, join] {
        let message = Message::Text(message.to_json().into());
        writer.feed(message).await.map_err(io::Error::other)?;
    }
    writer.flush().await.map_err(io::Error::other)?;
    Ok((reader, writer))
}

/// The next message, and how long it is.
async fn next(reader: &mut Reader<TcpStream>) -> io::Result<(ServerMessage, usize)> {
    loop {
        match reader.read().await {
            Some(Event::Message(Message::Text(text))) => {
                let message = ServerMessage::parse(&text).map_err(io::Error::other)?;
                if let Some(message) = message {
                    return Ok((message, text.len()));
                }
            }
            Some(Event::Closed(_)) | None => {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Some(_) => {}
        }
    }
}
