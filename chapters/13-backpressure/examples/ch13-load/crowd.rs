//! A room full of readers, and one who speaks.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::process::Process;
use super::reader::{Frames, connect, entrance, post};
use crate::server::Server;

/// How long nothing may come before a load has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the readers have heard.
#[derive(Debug, Default)]
struct Heard {
    /// Frames since the count was last set to zero.
    frames: usize,
    /// How many are waited for.
    expected: usize,
    /// When what is waited for was sent, and how long after that each frame was read.
    sent: Option<Instant>,
    delays: Vec<Duration>,
}

#[derive(Debug, Default)]
struct Ears {
    heard: Mutex<Heard>,
    all: Notify,
}

impl Ears {
    fn with<T>(&self, act: impl FnOnce(&mut Heard) -> T) -> T {
        act(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn hear(&self, frames: usize) {
        let all = self.with(|heard| {
            if let Some(sent) = heard.sent {
                let delay = sent.elapsed();
                heard.delays.extend((0..frames).map(|_| delay));
            }
            let before = heard.frames;
            heard.frames += frames;
            (before..heard.frames).contains(&heard.expected.wrapping_sub(1))
        });
        if all {
            self.all.notify_one();
        }
    }

    fn expect(&self, frames: usize, sent: Option<Instant>) {
        self.with(|heard| {
            heard.frames = 0;
            heard.expected = frames;
            heard.sent = sent;
        });
    }

    /// Waits until nothing comes any more: all have heard of each other.
    async fn quiet(&self) {
        loop {
            let before = self.with(|heard| heard.frames);
            sleep(Duration::from_millis(300)).await;
            if self.with(|heard| heard.frames) == before {
                return;
            }
        }
    }

    async fn wait(&self) -> io::Result<()> {
        timeout(PATIENCE, self.all.notified()).await.map_err(|_| {
            let (frames, expected) = self.with(|heard| (heard.frames, heard.expected));
            io::Error::other(format!("{frames} of {expected} frames have come"))
        })
    }
}

/// A room full of readers of one server, and one who speaks.
pub(crate) struct Crowd {
    pub(crate) process: Process,
    ears: Arc<Ears>,
    readers: usize,
    speaker: OwnedWriteHalf,
    /// Those who do not read.
    stalled: Vec<TcpStream>,
    _reading: JoinSet<io::Result<()>>,
}

const ROOM: &str = "load";

impl Crowd {
    /// Starts a server, and fills a room: so many readers, one of whom is the speaker, and
    /// so many who read nothing after they have come in.
    pub(crate) async fn gather(
        server: Server,
        readers: usize,
        stalled: usize,
    ) -> io::Result<Self> {
        let process = Process::start(server, false)?;
        let address = process.address;
        let ears = Arc::<Ears>::default();
        let mut reading = JoinSet::new();
        let (from, speaker) =
            enter(server, address, "speaker", false).await?.into_split();
        reading.spawn(read(from, Arc::clone(&ears)));
        for number in 1..readers {
            let name = format!("reader-{number}");
            let stream = enter(server, address, &name, false).await?;
            let (from, to) = stream.into_split();
            // Dropped, it would end the stream.
            to.forget();
            reading.spawn(read(from, Arc::clone(&ears)));
        }
        let mut silent = Vec::new();
        for number in 0..stalled {
            let name = format!("stalled-{number}");
            silent.push(enter(server, address, &name, true).await?);
        }
        ears.quiet().await;
        Ok(Self {
            process,
            ears,
            readers,
            speaker,
            stalled: silent,
            _reading: reading,
        })
    }

    /// The frames of so many posts of this length.
    pub(crate) fn posts(&self, count: usize, length: usize) -> Vec<u8> {
        let text = "x".repeat(length);
        post(self.process.server, ROOM, &text).repeat(count)
    }

    /// Sends so many posts at once, and waits until every reader has heard all of them.
    pub(crate) async fn tell(&mut self, posts: &[u8], count: usize) -> io::Result<()> {
        self.ears.expect(count * self.readers, None);
        self.speaker.write_all(posts).await?;
        self.ears.wait().await
    }

    /// Sends a post, and notes how long it takes to each reader.
    pub(crate) async fn tell_and_time(&mut self, post: &[u8]) -> io::Result<()> {
        self.ears.expect(self.readers, Some(Instant::now()));
        self.speaker.write_all(post).await?;
        self.ears.wait().await
    }

    /// The delays that were noted, and forgets them.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        self.ears.with(|heard| std::mem::take(&mut heard.delays))
    }

    /// Those who do not read.
    pub(crate) fn stalled(&mut self) -> &mut [TcpStream] {
        &mut self.stalled
    }
}

/// Opens a connection and enters the room.
pub(crate) async fn enter_room(
    server: Server,
    address: SocketAddr,
    name: &str,
    room: &str,
    stalls: bool,
) -> io::Result<TcpStream> {
    let mut stream = connect(server, address, stalls).await?;
    let (request, mut answers) = entrance(server, name, room);
    stream.write_all(&request).await?;
    let mut frames = Frames::default();
    let mut buffer = vec![0; 16 << 10];
    while answers > 0 {
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => answers = answers.saturating_sub(frames.count(&buffer[..read])),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(stream)
}

async fn enter(
    server: Server,
    address: SocketAddr,
    name: &str,
    stalls: bool,
) -> io::Result<TcpStream> {
    enter_room(server, address, name, ROOM, stalls).await
}

/// Reads to the end, and counts.
async fn read(from: OwnedReadHalf, ears: Arc<Ears>) -> io::Result<()> {
    let mut frames = Frames::default();
    loop {
        from.readable().await?;
        let read = with_scratch(
            |scratch| from.try_read(scratch),
            |bytes| frames.count(bytes),
        );
        match read {
            Ok(None) => return Ok(()),
            Ok(Some(0)) => {}
            Ok(Some(count)) => ears.hear(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads into a buffer that all readers share; `None` at the end of the stream.
fn with_scratch(
    read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    count: impl FnOnce(&[u8]) -> usize,
) -> io::Result<Option<usize>> {
    use std::cell::RefCell;
    thread_local! {
        static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; 128 << 10]);
    }
    SCRATCH.with_borrow_mut(|scratch| {
        let length = read(scratch)?;
        Ok((length > 0).then(|| count(&scratch[..length])))
    })
}
