//! The ways in which a server can tell many readers the same.

use std::sync::Arc;

use backpressure::{Capacity, Limits, Outbox, Parcel, Policy};
use connection::{
    CloseCode, Config, Connection, Message, Reader, Role, WebSocket, Writer,
};
use wiretap::LinkStream;

/// A way to tell many readers the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// One after the other, waiting for each.
    InTurn,
    /// Through queues that have no bound. (They have one of a gigabyte.)
    Unbounded,
    /// Through outboxes, with this policy.
    Outbox(Policy),
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [
        Self::InTurn,
        Self::Unbounded,
        Self::Outbox(Policy::Close),
        Self::Outbox(Policy::DropOldest),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InTurn => "each in turn",
            Self::Unbounded => "unbounded queue",
            Self::Outbox(Policy::Close) => "outbox, close",
            Self::Outbox(Policy::DropOldest) => "outbox, drop the oldest",
        }
    }

    fn outbox(self) -> Option<Outbox> {
        match self {
            Self::InTurn => None,
            Self::Unbounded => {
                let capacity = Capacity {
                    frames: 1 << 30,
                    bytes: 1 << 30,
                };
                Some(Outbox::new(capacity, Policy::Close))
            }
            Self::Outbox(policy) => Some(Outbox::new(Limits::default().outbox, policy)),
        }
    }
}

/// The server's side of one reader.
pub(crate) enum Line {
    Direct(Writer<LinkStream>),
    Queue(Arc<Outbox>),
}

impl Line {
    /// Takes a connection over.
    pub(crate) fn open(way: Way, io: LinkStream) -> Self {
        let config = Config {
            max_output: Limits::default().connection.max_output,
            ..Config::default()
        };
        let connection = Connection::new(Role::Server, config);
        let (reader, writer) = WebSocket::new(io, connection, []).split();
        tokio::spawn(read(reader));
        match way.outbox() {
            None => Self::Direct(writer),
            Some(outbox) => {
                let outbox = Arc::new(outbox);
                tokio::spawn(write(Arc::clone(&outbox), writer));
                Self::Queue(outbox)
            }
        }
    }

    /// Says something to the reader: how long that takes is what the ways differ in.
    pub(crate) async fn tell(&mut self, parcel: &Arc<Parcel>) {
        match self {
            Self::Queue(outbox) => outbox.put(parcel),
            Self::Direct(writer) => {
                // Whoever has left need not be told.
                let _ = writer.feed_encoded(parcel.frame()).await;
                let _ = writer.flush().await;
            }
        }
    }

    /// The bytes that the server keeps for it.
    pub(crate) fn kept(&self) -> usize {
        match self {
            Self::Direct(_) => 0,
            Self::Queue(outbox) => outbox.waiting().bytes,
        }
    }
}

/// Somebody has to, for pings and for the end.
async fn read(mut reader: Reader<LinkStream>) {
    while reader.read().await.is_some() {}
}

/// Writes what is in the outbox, until that overflows or the reader is gone.
async fn write(outbox: Arc<Outbox>, mut writer: Writer<LinkStream>) {
    loop {
        let fed = tokio::select! {
            biased;
            () = outbox.overflowed() => {
                let _ = writer.close(CloseCode::TRY_AGAIN_LATER, "");
                return;
            }
            fed = feed(&outbox, &mut writer) => fed,
        };
        if fed.is_none() {
            return;
        }
    }
}

async fn feed(outbox: &Outbox, writer: &mut Writer<LinkStream>) -> Option<()> {
    outbox.filled().await;
    let notice = |_, count: u64| {
        let text = format!("{count} dropped");
        Connection::encode(&Message::Text(text.into()))
    };
    let fed = writer.feed_from(|feed| outbox.drain_into(feed, notice));
    fed.await.ok()?;
    writer.flush().await.ok()
}
