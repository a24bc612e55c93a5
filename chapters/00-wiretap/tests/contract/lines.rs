//! A transport in lines of JSON: `7` asks for what comes after event 7, `"text"` publishes,
//! `[8, "text"]` is event 8, and `[8, 9]` says that 8 and 9 are gone.

use std::collections::VecDeque;
use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;
use wiretap::contract::{Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Dial, LinkListener, LinkStream, Listen};

/// What may be wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Reorders,
    LosesSome,
    TellsTwice,
    MendsLineEnds,
    ResumesOneTooLate,
    ResumesOneTooEarly,
    NeverReconnects,
    SilentGap,
    KeepsAll,
    LooksOnceASecond,
    Dawdles,
    SaysElsewhere,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lines {
    pub(crate) fault: Option<Fault>,
    pub(crate) cannot: &'static [Promise],
}

impl Lines {
    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

#[derive(Clone)]
pub(crate) struct Board {
    log: Arc<Mutex<Log>>,
    bell: Arc<Notify>,
}

struct Log {
    kept: usize,
    events: VecDeque<(u64, String)>,
    last: u64,
}

impl Board {
    fn append(&self, text: String) -> u64 {
        let mut log = self.log.lock().expect("no panic under it");
        if log.events.len() == log.kept {
            log.events.pop_front();
        }
        log.last += 1;
        let last = log.last;
        log.events.push_back((last, text));
        drop(log);
        self.bell.notify_waiters();
        last
    }

    /// The line after the event `cursor`, and the cursor after it.
    fn next(&self, cursor: u64, lines: Lines) -> Option<(Value, u64)> {
        let log = self.log.lock().expect("no panic under it");
        let first = log.events.front().map_or(log.last + 1, |event| event.0);
        if first > cursor + 1 && !lines.has(Fault::SilentGap) {
            return Some((json!([cursor + 1, first - 1]), first - 1));
        }
        let (seq, text) = log.events.iter().find(|event| event.0 > cursor)?;
        Some((json!([seq, text]), *seq))
    }
}

impl Transport for Lines {
    type Board = Board;
    type Reader = LineReader;

    fn name(&self) -> String {
        "lines".to_owned()
    }

    fn cannot(&self) -> &'static [Promise] {
        self.cannot
    }

    fn board(&self, last: u64, kept: NonZeroUsize) -> Board {
        let kept = match self.has(Fault::KeepsAll) {
            true => usize::MAX,
            false => kept.get(),
        };
        let events = VecDeque::new();
        Board {
            log: Arc::new(Mutex::new(Log { kept, events, last })),
            bell: Arc::default(),
        }
    }

    fn append(&self, board: &Board, text: String) -> u64 {
        board.append(text)
    }

    async fn serve(
        &self,
        mut listener: LinkListener,
        board: Board,
        shutdown: Shutdown,
    ) {
        let mut connections = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                Ok(io) = listener.accept() => {
                    connections.spawn(converse(*self, io, board.clone()));
                }
            }
        }
    }

    fn reader(&self, road: Road, cursor: u64) -> LineReader {
        LineReader {
            lines: *self,
            road,
            cursor,
            connection: None,
            line: Vec::new(),
            told: 0,
            again: None,
            connected: false,
        }
    }
}

/// The server's side of a connection, to its end.
async fn converse(lines: Lines, io: LinkStream, board: Board) -> io::Result<()> {
    let (read, mut write) = tokio::io::split(io);
    let mut read = BufReader::new(read).lines();
    let Some(line) = read.next_line().await? else {
        return Ok(());
    };
    let mut cursor = line.parse().unwrap_or(0);
    loop {
        let rung = board.bell.notified();
        while let Some((line, next)) = board.next(cursor, lines) {
            write.write_all(format!("{line}\n").as_bytes()).await?;
            cursor = next;
            if lines.has(Fault::Dawdles) {
                sleep(Duration::from_millis(60)).await;
            }
        }
        let rung = async {
            match lines.has(Fault::LooksOnceASecond) {
                true => sleep(Duration::from_secs(1)).await,
                false => rung.await,
            }
        };
        tokio::select! {
            () = rung => {}
            line = read.next_line() => match line? {
                Some(line) => drop(board.append(serde_json::from_str(&line)?)),
                None => return Ok(()),
            },
        }
    }
}

pub(crate) struct LineReader {
    lines: Lines,
    road: Road,
    cursor: u64,
    connection: Option<BufReader<LinkStream>>,
    /// What has come of a line; `read_until` leaves it there when it is dropped.
    line: Vec<u8>,
    told: u64,
    again: Option<Told>,
    connected: bool,
}

impl LineReader {
    async fn line(&mut self) -> io::Result<Value> {
        if self.connection.is_none() {
            if self.connected && self.lines.has(Fault::NeverReconnects) {
                return Err(io::ErrorKind::NotConnected.into());
            }
            let mut io = self.road.dial().await?;
            let cursor = match self.lines.fault {
                Some(Fault::ResumesOneTooLate) if self.connected => self.cursor + 1,
                Some(Fault::ResumesOneTooEarly) => self.cursor.saturating_sub(1),
                _ => self.cursor,
            };
            // A link takes a short write at once, so nobody can drop half of it.
            io.write_all(format!("{cursor}\n").as_bytes()).await?;
            self.line.clear();
            self.connected = true;
            self.connection = Some(BufReader::new(io));
        }
        let connection = self.connection.as_mut().expect("made a moment ago");
        connection.read_until(b'\n', &mut self.line).await?;
        match self.line.strip_suffix(b"\n") {
            Some(line) => {
                let value = serde_json::from_slice(line)?;
                self.line.clear();
                Ok(value)
            }
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// What a line tells; the cursor moves past it.
    fn tell(&mut self, line: &Value) -> Told {
        let first = line[0].as_u64().expect("a number");
        self.told += 1;
        if let Some(last) = line[1].as_u64() {
            self.cursor = last;
            return Told::Gap(first, last);
        }
        self.cursor = first;
        let mut text = line[1].as_str().expect("a text").to_owned();
        if self.lines.has(Fault::MendsLineEnds) {
            text = text.replace('\r', "\n");
        }
        Told::Event(first, text)
    }
}

impl Reader for LineReader {
    async fn next(&mut self) -> Told {
        if let Some(told) = self.again.take() {
            return told;
        }
        loop {
            let Ok(line) = self.line().await else {
                self.connection = None;
                return Told::Failed;
            };
            let told = self.tell(&line);
            match self.lines.fault {
                Some(Fault::LosesSome) if self.told.is_multiple_of(5) => {}
                Some(Fault::TellsTwice) if self.told.is_multiple_of(5) => {
                    self.again = Some(told.clone());
                    return told;
                }
                Some(Fault::Reorders) if self.told.is_multiple_of(5) => {
                    let Ok(line) = self.line().await else {
                        return told;
                    };
                    self.again = Some(told);
                    return self.tell(&line);
                }
                _ => return told,
            }
        }
    }

    async fn say(&mut self, text: &str) -> bool {
        let line = format!("{}\n", json!(text));
        if self.lines.has(Fault::SaysElsewhere) {
            let mut io = self.road.dial().await.expect("a connection");
            io.write_all(format!("0\n{line}").as_bytes())
                .await
                .expect("written");
            sleep(Duration::from_millis(50)).await;
            return true;
        }
        match &mut self.connection {
            Some(io) => io.write_all(line.as_bytes()).await.is_ok(),
            None => false,
        }
    }
}
