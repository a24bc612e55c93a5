//! Memory: what a server's process holds for connections that say nothing.
//!
//! The server is a process of its own, so that its memory is not mixed with the load's.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::load::{Batch, Kind, Message, connect, exchange};
use crate::peers::Peer;

/// How many connections talk at the same time.
const AT_ONCE: usize = 50;
/// What comes first and does not count, since it is allocated once.
const FIRST: usize = 100;
/// Bytes of the message that each connection sends, and hears.
const MESSAGE: usize = 16 * 1024;

/// What one idle connection costs a server's process, in KiB.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Memory {
    pub(crate) server: &'static str,
    pub(crate) connected: f64,
    pub(crate) after_a_message: f64,
}

/// Opens so many connections to a server, lets each send a message, and looks at the
/// server's memory before and after.
pub(crate) async fn measure(peer: Peer, connections: usize) -> io::Result<Memory> {
    let server = Process::start(peer)?;
    let of = |size| Message {
        kind: Kind::Binary,
        size,
    };
    let message = Batch::new(peer, of(MESSAGE), 1);
    let small = Batch::new(peer, of(1), 1);
    let first = converse(open(&server, FIRST).await?, &message).await?;
    let before = server.memory()?;
    // A byte there and back: then the server has set up all that it needs.
    let idle = converse(open(&server, connections).await?, &small).await?;
    let connected = server.memory()?;
    let idle = converse(idle, &message).await?;
    let after = server.memory()?;
    drop((first, idle));
    let each = |now: u64| now.saturating_sub(before) as f64 / connections as f64;
    Ok(Memory {
        server: peer.name(),
        connected: each(connected),
        after_a_message: each(after),
    })
}

async fn open(server: &Process, connections: usize) -> io::Result<Vec<TcpStream>> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(connect(server.address).await?);
    }
    Ok(open)
}

/// One exchange on every connection, a few at a time.
async fn converse(
    connections: Vec<TcpStream>,
    message: &Batch,
) -> io::Result<Vec<TcpStream>> {
    let mut waiting = connections.into_iter();
    let mut talking = JoinSet::new();
    let mut done = Vec::new();
    loop {
        while talking.len() < AT_ONCE
            && let Some(mut connection) = waiting.next()
        {
            let message = message.clone();
            talking.spawn(async move {
                exchange(&mut connection, &message).await?;
                io::Result::Ok(connection)
            });
        }
        match talking.join_next().await {
            Some(talked) => done.push(talked??),
            None => return Ok(done),
        }
    }
}

/// A server in a process of its own, which ends with this value.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(peer: Peer) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &peer.to_string()])
            // It serves until this end of the pipe is closed, whatever becomes of us.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().map(BufReader::new);
        let mut line = String::new();
        if let Some(mut output) = output {
            output.read_line(&mut line)?;
        }
        let address = line.trim().parse().map_err(io::Error::other)?;
        Ok(Self { child, address })
    }

    /// Resident memory, in KiB.
    fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .map_err(|error| {
                let why = "a process's memory is read from /proc, which Linux has";
                io::Error::new(error.kind(), why)
            })?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| io::Error::other("/proc does not say VmRSS"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What the process of its own does: `serve PEER`.
pub(crate) async fn serve(peer: Peer) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::say(format_args!("{}", listener.local_addr()?));
    let (closed, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = closed.send(());
    });
    tokio::select! {
        served = peer.serve(listener) => served,
        _ = ended => Ok(()),
    }
}
