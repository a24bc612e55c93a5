//! Speed: every server does the same work in turn, round after round.
//!
//! A machine that others use, or that grows hot, is not the same from one second to the
//! next. So servers are not measured one after the other but in rounds, A B C, B C A, and
//! a server's figure is the median of its ratios to the reference in the same round.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use serde::{Serialize, Serializer};

use crate::load::{Batch, Load, Message};
use crate::peers::Peer;
use crate::server::Server;
use crate::thread::processor_time;

/// What everything is divided by.
pub(crate) const REFERENCE: Peer = Peer::Tungstenite;

/// One kind of work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) connections: usize,
    pub(crate) message: Message,
    /// How many messages a connection sends before it awaits their answers.
    pub(crate) in_flight: usize,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.connections, self.message)?;
        match self.in_flight {
            1 => Ok(()),
            in_flight => write!(f, ", {in_flight} in flight"),
        }
    }
}

impl Serialize for Work {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How thoroughly to measure.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    pub(crate) milliseconds: u64,
}

/// One server's turn in one round.
#[derive(Clone, Copy, Debug)]
struct Turn {
    messages_per_second: f64,
    /// Processor time per message, in microseconds, of the server's thread.
    server: Option<f64>,
    /// The same of the load's.
    client: Option<f64>,
}

/// The medians of a server's turns.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) server: &'static str,
    pub(crate) messages_per_second: f64,
    /// As a ratio to the reference's.
    pub(crate) messages_ratio: f64,
    pub(crate) microseconds_per_message: Option<f64>,
    /// As a ratio to the reference's.
    pub(crate) processor_ratio: Option<f64>,
    pub(crate) load_microseconds_per_message: Option<f64>,
}

/// Everything about one kind of work.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) work: Work,
    pub(crate) servers: Vec<Figures>,
}

/// For the terminal.
impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let work = self.work.to_string();
        let [each, server, load] = ["messages/s", "server µs", "load µs"];
        writeln!(f, "{work:34}{each:>10}  ratio{server:>12}  ratio{load:>10}")?;
        for figures in &self.servers {
            writeln!(
                f,
                "  {:32}{:>10.0}{:>7.2}{:>12}{:>7}{:>10}",
                figures.server,
                figures.messages_per_second,
                figures.messages_ratio,
                or_dash(figures.microseconds_per_message),
                or_dash(figures.processor_ratio),
                or_dash(figures.load_microseconds_per_message),
            )?;
        }
        Ok(())
    }
}

/// A figure that this system may be unable to tell.
pub(crate) fn or_dash(figure: Option<f64>) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{figure:.2}"))
}

/// Measures one kind of work with every server.
pub(crate) async fn measure(
    work: Work,
    servers: &[Server],
    effort: Effort,
) -> io::Result<Measured> {
    let mut loads = Vec::new();
    for server in servers {
        let batch = Batch::new(server.peer, work.message, work.in_flight);
        loads.push(Load::open(server.address, work.connections, batch).await?);
    }
    let mut turns: Vec<Vec<Turn>> = vec![Vec::new(); servers.len()];
    // The first round warms up, and does not count.
    for round in 0..=effort.rounds {
        for place in 0..servers.len() {
            let which = (round + place) % servers.len();
            let time = Duration::from_millis(effort.milliseconds);
            let turn = turn(&servers[which], &mut loads[which], time).await?;
            if round > 0 {
                turns[which].push(turn);
            }
        }
    }
    Ok(Measured {
        work,
        servers: figures(servers, &turns),
    })
}

async fn turn(server: &Server, load: &mut Load, time: Duration) -> io::Result<Turn> {
    let before = (server.processor_time().await, processor_time());
    let start = Instant::now();
    let messages = load.run(time).await? as f64;
    let elapsed = start.elapsed();
    let after = (server.processor_time().await, processor_time());
    let each = |after: Option<Duration>, before: Option<Duration>| {
        let used = after?.checked_sub(before?)?;
        Some(used.as_secs_f64() * 1e6 / messages)
    };
    Ok(Turn {
        messages_per_second: messages / elapsed.as_secs_f64(),
        server: each(after.0, before.0),
        client: each(after.1, before.1),
    })
}

fn figures(servers: &[Server], turns: &[Vec<Turn>]) -> Vec<Figures> {
    let reference = servers.iter().position(|server| server.peer == REFERENCE);
    let reference = reference.map_or(&turns[0], |place| &turns[place]);
    let figures = |(server, turns): (&Server, &Vec<Turn>)| Figures {
        server: server.peer.name(),
        messages_per_second: median(turns.iter().map(|turn| turn.messages_per_second)),
        messages_ratio: median(
            turns
                .iter()
                .zip(reference)
                .map(|(turn, by)| turn.messages_per_second / by.messages_per_second),
        ),
        microseconds_per_message: median_if_known(turns.iter().map(|turn| turn.server)),
        processor_ratio: median_if_known(
            turns
                .iter()
                .zip(reference)
                .map(|(turn, by)| Some(turn.server? / by.server?)),
        ),
        load_microseconds_per_message: median_if_known(
            turns.iter().map(|turn| turn.client),
        ),
    };
    servers.iter().zip(turns).map(figures).collect()
}

fn median_if_known(figures: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    figures.collect::<Option<Vec<f64>>>().map(median)
}

fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    match figures.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => figures[odd / 2],
        even => (figures[even / 2 - 1] + figures[even / 2]) / 2.0,
    }
}
