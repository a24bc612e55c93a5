//! Ten seconds: a server, its successor, and a reader that misses nothing.

use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use long_polling::WaitingBoard;
use raw_http::Config;
use server_sent_events::{EventSource, Events, Notice, Options, Streams, serve};
use short_polling::Board;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use wiretap::{Dial, Listen};

/// More than there are.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");
/// What happens, and when, in milliseconds.
const EVENTS: [(u64, &str); 4] = [
    (700, "kick-off"),
    (1900, "1:0"),
    (3600, "1:1"),
    (7000, "final whistle"),
];
/// When the first server stops.
const STOP: Duration = Duration::from_millis(2500);

/// Dials the first server once, and its successor from then on.
struct Successors<D> {
    dialers: [D; 2],
    dialed: AtomicUsize,
}

impl<D: Dial> Dial for Successors<D> {
    type Io = D::Io;

    async fn dial(&self) -> io::Result<D::Io> {
        let dialed = self.dialed.fetch_add(1, Ordering::Relaxed);
        self.dialers[dialed.min(1)].dial().await
    }
}

/// Plays it over any network and says line by line what happens.
pub(crate) async fn play<L: Listen, D: Dial>(
    [(first, to_first), (second, to_second)]: [(L, D); 2],
    mut say: impl FnMut(String),
) {
    let start = Instant::now();
    let events = Events::new(
        WaitingBoard::new(Board::new(CAPACITY).into(), 0),
        Streams::default(),
    );
    // As many lines as anybody says before they are printed.
    let (lines, mut told) = mpsc::channel(16);
    let dialer = Successors {
        dialers: [to_first, to_second],
        dialed: AtomicUsize::new(0),
    };
    let target = "/stream?after=0";
    let reader = EventSource::new(dialer, "board.test", target, Options::default());
    let config = || Config {
        drain_deadline: Duration::from_millis(100),
        ..Config::default()
    };
    let servers = async {
        let stop = async {
            sleep_until(start + STOP).await;
            let _ = lines.send("server  it stops".to_owned()).await;
        };
        serve(first, events.clone(), config(), stop).await;
        let forever = std::future::pending();
        serve(second, events.clone(), config(), forever).await;
    };
    let scene = async {
        tokio::select! {
            // Ends when the reader has given up.
            () = read(reader, &lines) => {}
            () = servers => {}
            () = happen(&events, start, &lines) => {}
        }
    };
    let print = async {
        while let Some(line) = told.recv().await {
            let now = start.elapsed().as_secs_f64();
            say(format!("{now:7.3} s  {line}"));
        }
    };
    tokio::select! {
        () = scene => {}
        () = print => {}
    }
    while let Ok(line) = told.try_recv() {
        let now = start.elapsed().as_secs_f64();
        say(format!("{now:7.3} s  {line}"));
    }
}

async fn happen(events: &Events, start: Instant, lines: &mpsc::Sender<String>) {
    for (millis, text) in EVENTS {
        sleep_until(start + Duration::from_millis(millis)).await;
        let seq = events.board().append(text);
        let _ = lines
            .send(format!("server  event {seq} happens: {text}"))
            .await;
    }
    events.end();
    std::future::pending().await
}

async fn read<D: Dial>(mut reader: EventSource<D>, lines: &mpsc::Sender<String>) {
    while let Some(notice) = reader.next().await {
        let line = match notice {
            Notice::Open => match reader.last_event_id() {
                "" => "the stream is open".to_owned(),
                id => format!("the stream is open, after event {id}"),
            },
            Notice::Message(message) => {
                format!("event {}: {}", message.last_event_id, message.data)
            }
            Notice::Interrupted { why, wait } => {
                format!("{why}: again in {:.1} s", wait.as_secs_f64())
            }
            Notice::Failed(failure) => failure.to_string(),
        };
        let _ = lines.send(format!("reader  {line}")).await;
    }
}
