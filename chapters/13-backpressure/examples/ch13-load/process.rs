//! A server in a process of its own, so that its memory and its time are not the load's.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use backpressure::{Limits, Rate};
use clap::ValueEnum;
use connection::Config;
use tokio::net::TcpListener;

use super::say;
use crate::server::Server;

/// A server in a process of its own, which ends with this value.
pub(crate) struct Process {
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Process {
    /// Starts it, with heartbeats or without.
    pub(crate) fn start(server: Server, heartbeats: bool) -> io::Result<Self> {
        let value = server.to_possible_value();
        let name = value.map_or(String::new(), |value| value.get_name().to_owned());
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &name])
            .args(heartbeats.then_some("--heartbeats"))
            // It serves until this end of the pipe is closed, whatever becomes of us.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self {
            server,
            address,
            child,
        })
    }

    /// Resident memory, in KiB.
    pub(crate) fn memory(&self) -> io::Result<u64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| io::Error::other("/proc does not say VmRSS"))
    }

    /// The processor time that it has used so far, to 10 ms.
    pub(crate) fn processor_time(&self) -> io::Result<Duration> {
        let stat = self.proc("stat")?;
        // The name in parentheses may contain anything.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let fields = fields.split_whitespace().skip(11).take(2);
        let ticks = fields
            .filter_map(|field| field.parse::<u64>().ok())
            .sum::<u64>();
        Ok(Duration::from_millis(ticks * 10))
    }

    fn proc(&self, file: &str) -> io::Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(path).map_err(|error| {
            let why = "a process is watched through /proc, which Linux has";
            io::Error::new(error.kind(), why)
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What the process of its own does: as many threads as it has cores, which is one. The load
/// answers no pings, so it is asked nothing as a rule, as axum's asks nothing.
pub(crate) fn serve(server: Server, heartbeats: bool) -> io::Result<()> {
    allow_connections();
    let limits = for_a_load(heartbeats);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        say(format_args!("{}", listener.local_addr()?));
        let (closed, ended) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || {
            let _ = io::copy(&mut io::stdin(), &mut io::sink());
            drop(closed);
        });
        tokio::select! {
            served = server.serve(listener, limits) => served,
            _ = ended => Ok(()),
        }
    })
}

/// Chapter 13's limits, without those that are there to keep such a load away.
fn for_a_load(heartbeats: bool) -> Limits {
    let connection = Limits::default().connection;
    Limits {
        connection: Config {
            keepalive: connection.keepalive.filter(|_| heartbeats),
            ..connection
        },
        rate: Rate {
            burst: u32::MAX,
            interval: Duration::ZERO,
        },
        connections_per_address: usize::MAX,
        ..Limits::default()
    }
}

/// Lets this process open as many connections as the system's hard limit allows.
#[cfg(unix)]
pub(crate) fn allow_connections() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    // Where that is not allowed, there are fewer, and it is said when they are used up.
    let _ = setrlimit(Resource::Nofile, raised);
}

#[cfg(not(unix))]
pub(crate) fn allow_connections() {}
