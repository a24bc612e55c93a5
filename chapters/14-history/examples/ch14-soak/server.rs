//! The server: a process of its own, that can be killed.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use axum::Router;
use backpressure::{Limits, address_of};
use handshake::{Origins, Policy};
use history::{Chat, Halls, Options, SqliteLog, serve as serve_chat};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;

/// Serves until it is killed, and says on which port.
pub(crate) async fn serve(database: PathBuf) -> Result<(), Box<dyn Error>> {
    let halls = Halls::new();
    let log = SqliteLog::open(database, &Options::default(), halls.clone())?;
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let listener = listen()?;
    println!("{}", listener.local_addr()?);
    let chat = Chat::new(log, halls).limited(Limits {
        // All the people are on this machine.
        connections_per_address: usize::MAX,
        ..Limits::default()
    });
    let (pages, never) = (Router::new(), std::future::pending());
    serve_chat(listener, chat, policy, pages, address_of, never).await;
    Ok(())
}

/// Its connections have the small buffers of this socket: it is soon the server that waits
/// for a slow reader, and not the kernel.
fn listen() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(16 << 10)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    socket.listen(1024)
}

/// A server and where it is now.
pub(crate) struct Server {
    database: PathBuf,
    child: Child,
    address: watch::Sender<SocketAddr>,
}

impl Server {
    pub(crate) fn start(database: PathBuf) -> io::Result<Self> {
        let (child, address) = start(&database)?;
        let address = watch::Sender::new(address);
        Ok(Self {
            database,
            child,
            address,
        })
    }

    /// Where it is, also after it has been restarted.
    pub(crate) fn address(&self) -> watch::Receiver<SocketAddr> {
        self.address.subscribe()
    }

    /// SIGKILL, where there are signals.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    pub(crate) fn kill_and_restart(&mut self) -> io::Result<()> {
        self.kill()?;
        let (child, address) = start(&self.database)?;
        self.child = child;
        self.address.send_replace(address);
        println!("killed, and back at {address}");
        Ok(())
    }

    /// The memory that is its own, in KiB, where Linux says so.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.kill();
    }
}

/// Blocks until the server listens, which is soon.
fn start(database: &Path) -> io::Result<(Child, SocketAddr)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("serve")
        .arg(database)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let address = line.trim().parse().map_err(io::Error::other)?;
    Ok((child, address))
}
