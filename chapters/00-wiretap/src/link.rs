//! A network in memory: a round-trip time, a bandwidth, and a way of cutting the stream.

mod pipe;
mod stream;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::net::{Dial, Listen};
use crate::recorder::{Recorder, Span};
use crate::transcript::Side;

pub use stream::LinkStream;

/// How many opened connections wait for `accept`; a further `dial` waits as well.
const BACKLOG: usize = 128;

/// How much of the stream one read gives. TCP promises order and nothing else: every cut
/// is a way in which a real network may deliver the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Each write arrives as one read, as long as the reader's buffer takes it.
    AsWritten,
    /// Each byte arrives alone.
    EachByte,
    /// The seed decides: pieces of any size, across the borders of writes.
    Random,
    /// A read gives all that has arrived, however many writes it was.
    Coalesced,
}

/// What goes wrong in one direction, after so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The stream ends for its reader; what is written after that vanishes.
    HalfCloseAfter(u64),
    /// The connection is cut off: both ends get `ConnectionReset`.
    ResetAfter(u64),
}

/// A network in memory, to be configured and then used for any number of connections.
///
/// Delivery takes half the round-trip time, after the time that the bytes take to pass at
/// the given bandwidth, rounded up to a millisecond: the granularity of tokio's timer.
/// With a paused clock, what arrives when is exact. At most 64 KiB are under way in one
/// direction; a writer waits for its reader beyond that, as TCP's window makes it wait
/// (that the window opens half a round trip later is left out).
///
/// When a test panics while it holds a connection, the link prints itself with its seed,
/// so that the run can be replayed.
///
/// ```
/// # use std::time::Duration;
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use wiretap::{Link, Recorder};
///
/// # wiretap::harness::run("a request crosses the link", async {
/// let recorder = Recorder::new("a request");
/// let link = Link::new().rtt(Duration::from_millis(100));
/// let (mut client, mut server) = link.pair(&recorder);
/// client.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
/// let mut buffer = [0; 18];
/// server.read_exact(&mut buffer).await?;
/// let entry = &recorder.transcript().entries[1];
/// assert_eq!(entry.sent(), Duration::ZERO);
/// assert_eq!(entry.arrived(), Some(Duration::from_millis(50)));
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Link {
    rtt: Duration,
    bandwidth: Option<u64>,
    seed: u64,
    cut: Cut,
    client_fault: Option<Fault>,
    server_fault: Option<Fault>,
    reported: Arc<AtomicBool>,
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

impl Link {
    /// A link without delay or limit, on which each write arrives as one read.
    pub fn new() -> Self {
        Self {
            rtt: Duration::ZERO,
            bandwidth: None,
            seed: 0,
            cut: Cut::AsWritten,
            client_fault: None,
            server_fault: None,
            reported: Arc::default(),
        }
    }

    /// The round-trip time: each direction takes half of it.
    pub fn rtt(self, rtt: Duration) -> Self {
        Self { rtt, ..self }
    }

    /// Bytes per second in each direction; unlimited by default. What is written is carried
    /// in segments of 1,460 bytes, so the beginning of a long write arrives before its end.
    ///
    /// # Panics
    ///
    /// If it is 0.
    pub fn bandwidth(self, bytes_per_second: u64) -> Self {
        assert!(
            bytes_per_second > 0,
            "a link of no bandwidth delivers nothing"
        );
        Self {
            bandwidth: Some(bytes_per_second),
            ..self
        }
    }

    /// What [`Cut::Random`] draws from: the same seed cuts in the same way.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// How much of the stream one read gives.
    pub fn cut(self, cut: Cut) -> Self {
        Self { cut, ..self }
    }

    /// What goes wrong in the direction from `sender`, on every connection.
    pub fn fault(self, sender: Side, fault: Fault) -> Self {
        match sender {
            Side::Client => Self {
                client_fault: Some(fault),
                ..self
            },
            Side::Server => Self {
                server_fault: Some(fault),
                ..self
            },
        }
    }

    /// One connection that is open already: the client's end and the server's.
    pub fn pair(&self, recorder: &Recorder) -> (LinkStream, LinkStream) {
        let now = recorder.elapsed(Instant::now());
        let span = Span {
            sent: now,
            arrived: Some(now),
            order: 0,
        };
        self.connect(recorder, span)
    }

    /// A listener and a dialer for it: every `dial` costs one round trip, as the three-way
    /// handshake of TCP does.
    pub fn network(&self, recorder: &Recorder) -> (LinkDialer, LinkListener) {
        let (offer, backlog) = mpsc::channel(BACKLOG);
        let dialer = LinkDialer {
            link: self.clone(),
            recorder: recorder.clone(),
            offer,
        };
        let listener = LinkListener {
            backlog,
            next: None,
        };
        (dialer, listener)
    }

    fn connect(&self, recorder: &Recorder, opening: Span) -> (LinkStream, LinkStream) {
        let number = recorder.open(opening);
        stream::pair(self, recorder, number)
    }

    fn one_way(&self) -> Duration {
        self.rtt / 2
    }

    /// Says how to replay, once, if the thread is panicking.
    #[expect(
        clippy::print_stderr,
        reason = "a failing test has no other place to say it"
    )]
    fn report_if_panicking(&self) {
        if std::thread::panicking() && !self.reported.swap(true, Ordering::Relaxed) {
            eprintln!("to replay this run: {self}");
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link::new().rtt({:?})", self.rtt)?;
        if let Some(bandwidth) = self.bandwidth {
            write!(f, ".bandwidth({bandwidth})")?;
        }
        write!(f, ".cut(Cut::{:?}).seed({})", self.cut, self.seed)?;
        for (side, fault) in [
            (Side::Client, self.client_fault),
            (Side::Server, self.server_fault),
        ] {
            if let Some(fault) = fault {
                write!(f, ".fault(Side::{side:?}, Fault::{fault:?})")?;
            }
        }
        Ok(())
    }
}

/// Opens connections over a [`Link`].
#[derive(Debug, Clone)]
pub struct LinkDialer {
    link: Link,
    recorder: Recorder,
    offer: mpsc::Sender<(Instant, LinkStream)>,
}

impl Dial for LinkDialer {
    type Io = LinkStream;

    /// Takes one round trip: SYN and SYN-ACK.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused` when the listener is gone.
    async fn dial(&self) -> io::Result<LinkStream> {
        let start = Instant::now();
        let up = start + self.link.rtt;
        sleep_until(up).await;
        let refused = |_| io::Error::from(io::ErrorKind::ConnectionRefused);
        let place = self.offer.reserve().await.map_err(refused)?;
        let span = Span {
            sent: self.recorder.elapsed(start),
            arrived: Some(self.recorder.elapsed(up)),
            order: 0,
        };
        let (client, server) = self.link.connect(&self.recorder, span);
        // The client may send at once; the server knows of it when the last ACK is there.
        place.send((up + self.link.one_way(), server));
        Ok(client)
    }
}

/// Accepts connections over a [`Link`].
#[derive(Debug)]
pub struct LinkListener {
    backlog: mpsc::Receiver<(Instant, LinkStream)>,
    /// On its way to be accepted; kept here so that a dropped `accept` loses nothing.
    next: Option<(Instant, LinkStream)>,
}

impl Listen for LinkListener {
    type Io = LinkStream;

    /// # Errors
    ///
    /// `NotConnected` when every dialer is gone: no connection can come any more.
    async fn accept(&mut self) -> io::Result<LinkStream> {
        if self.next.is_none() {
            self.next = self.backlog.recv().await;
        }
        let Some((at, _)) = &self.next else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        sleep_until(*at).await;
        let (_, stream) = self.next.take().expect("it was there a moment ago");
        Ok(stream)
    }
}
