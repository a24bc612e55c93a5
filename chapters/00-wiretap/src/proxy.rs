//! An intermediary that misbehaves, in the ways in which real ones do.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf,
    split,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::net::{Dial, Listen};

/// How much is read at once.
const READ: usize = 4 << 10;
/// How long to wait when the system has no file descriptor left for an accepted stream.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How many connections [`FaultProxy::run`] carries at a time.
const MOST_CONNECTIONS: usize = 128;

/// What a [`FaultProxy`] does wrong; by default, nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Hold back what the server sends until so many bytes have gathered or it ends, as
    /// a buffering proxy does. This is also how much the proxy holds at most for each
    /// connection, one read more or less.
    pub hold: Option<usize>,
    /// End a connection on which neither side has said anything for this long, as load
    /// balancers, firewalls and address translators do.
    pub cut_when_idle: Option<Duration>,
    /// Tell neither side that the other has ended or broken off, as when a cable is
    /// pulled: a half-open connection.
    pub drop_fin: bool,
}

/// A proxy for bytes, over any two streams, whose faults can be changed while it runs. It
/// knows nothing of HTTP. A clone is another handle on the same proxy.
///
/// ```
/// # use std::time::Duration;
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use wiretap::{FaultProxy, Faults, Link, Recorder};
///
/// # wiretap::harness::run("bytes are held back", async {
/// let recorder = Recorder::new("two sides of a proxy");
/// let (mut client, front) = Link::new().pair(&recorder);
/// let (back, mut server) = Link::new().pair(&recorder);
/// let proxy = FaultProxy::new(Faults { hold: Some(10), ..Faults::default() });
/// let carrying = proxy.clone();
/// tokio::spawn(async move { carrying.carry(front, back).await });
///
/// server.write_all(b"hello").await?;
/// let mut buffer = [0; 5];
/// let wait = Duration::from_secs(3600);
/// let held = tokio::time::timeout(wait, client.read_exact(&mut buffer)).await;
/// assert!(held.is_err(), "an hour later it is still in the proxy");
/// proxy.set(Faults::default());
/// client.read_exact(&mut buffer).await?;
/// assert_eq!(&buffer, b"hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct FaultProxy {
    faults: Arc<watch::Sender<Faults>>,
}

/// Which way a [`pump`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToServer,
    ToClient,
}

impl FaultProxy {
    /// A proxy with these faults.
    pub fn new(faults: Faults) -> Self {
        Self {
            faults: Arc::new(watch::Sender::new(faults)),
        }
    }

    /// Changes the faults, of the connections that are open too. What is held back for no
    /// reason any more passes at once.
    pub fn set(&self, faults: Faults) {
        self.faults.send_replace(faults);
    }

    /// The faults of the moment.
    pub fn faults(&self) -> Faults {
        *self.faults.borrow()
    }

    /// Carries one connection until both sides have ended, one has failed, or it is cut;
    /// then both streams are dropped. With [`Faults::drop_fin`] it may carry for ever.
    ///
    /// # Cancel safety
    ///
    /// To drop the future is to cut the connection.
    pub async fn carry<C, S>(&self, client: C, server: S)
    where
        C: AsyncRead + AsyncWrite,
        S: AsyncRead + AsyncWrite,
    {
        let (client_reader, client_writer) = split(client);
        let (server_reader, server_writer) = split(server);
        let pulse = watch::Sender::new(Instant::now());
        let to_server = self.pump(Way::ToServer, client_reader, server_writer, &pulse);
        let to_client = self.pump(Way::ToClient, server_reader, client_writer, &pulse);
        tokio::select! {
            _over = async { tokio::try_join!(to_server, to_client) } => {}
            () = self.idle(&pulse) => {}
        }
    }

    /// Carries every connection of `listener` to where `dialer` leads, until there will be
    /// none; at most 128 at a time, and more wait in the listener's own queue.
    ///
    /// # Cancel safety
    ///
    /// To drop the future is to cut all connections.
    pub async fn run<L: Listen, D: Dial + Clone>(&self, mut listener: L, dialer: D) {
        let mut connections = JoinSet::new();
        loop {
            let has_room = connections.len() < MOST_CONNECTIONS;
            let client = tokio::select! {
                biased;
                Some(_ended) = connections.join_next() => continue,
                accepted = listener.accept(), if has_room => match accepted {
                    Ok(client) => client,
                    Err(error) if error.kind() == io::ErrorKind::NotConnected => break,
                    // Out of descriptors, or the client was gone before.
                    Err(_) => {
                        sleep(ACCEPT_AGAIN).await;
                        continue;
                    }
                },
            };
            let (proxy, dialer) = (self.clone(), dialer.clone());
            connections.spawn(async move {
                // A server that cannot be reached: the client's stream ends.
                if let Ok(server) = dialer.dial().await {
                    proxy.carry(client, server).await;
                }
            });
        }
        while connections.join_next().await.is_some() {}
    }

    /// Passes one direction on to its end.
    async fn pump<R: AsyncRead, W: AsyncWrite>(
        &self,
        way: Way,
        mut reader: ReadHalf<R>,
        mut writer: WriteHalf<W>,
        pulse: &watch::Sender<Instant>,
    ) -> io::Result<()> {
        let mut faults = self.faults.subscribe();
        let mut held = BytesMut::new();
        loop {
            let hold = faults.borrow_and_update().hold;
            let least = hold.filter(|_| way == Way::ToClient).unwrap_or(1);
            if held.len() >= least.max(1) {
                self.forgive(pass(&mut writer, &mut held).await)?;
            }
            held.reserve(READ);
            let read = tokio::select! {
                biased;
                _ = faults.changed() => continue,
                read = reader.read_buf(&mut held) => self.forgive(read)?,
            };
            if read == 0 {
                break;
            }
            pulse.send_replace(Instant::now());
        }
        self.forgive(pass(&mut writer, &mut held).await)?;
        // The other side is not told as long as this lasts.
        let _ = faults.wait_for(|faults| !faults.drop_fin).await;
        writer.shutdown().await
    }

    /// Nobody is told of an error that looks like an end.
    fn forgive<T: Default>(&self, result: io::Result<T>) -> io::Result<T> {
        match result {
            Err(_) if self.faults().drop_fin => Ok(T::default()),
            result => result,
        }
    }

    /// Waits until nothing has passed for as long as a silence may last.
    async fn idle(&self, pulse: &watch::Sender<Instant>) {
        let mut faults = self.faults.subscribe();
        let mut beats = pulse.subscribe();
        loop {
            let last = *beats.borrow_and_update();
            let limit = faults.borrow_and_update().cut_when_idle;
            let silence = async {
                match limit {
                    Some(limit) => sleep_until(last + limit).await,
                    None => std::future::pending().await,
                }
            };
            // Both senders are borrowed by now: neither is gone.
            tokio::select! {
                biased;
                _ = beats.changed() => {}
                _ = faults.changed() => {}
                () = silence => return,
            }
        }
    }
}

/// Writes all that is held.
async fn pass<W: AsyncWrite>(
    writer: &mut WriteHalf<W>,
    held: &mut BytesMut,
) -> io::Result<()> {
    let outcome = writer.write_all(held).await;
    held.clear();
    outcome?;
    writer.flush().await
}
