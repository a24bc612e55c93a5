//! `cost`: what an open connection costs when nobody says anything on it.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many connections to open.
    #[arg(long, default_value_t = 1000)]
    connections: usize,
    /// Write the figures as the JSON of one of the book's tables.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    // The server is a process of its own: its figures are not mixed with the client's,
    // and each of the two has its own limit of open files.
    let server = Server::start(args.connections + 16)?;
    // The first connection warms up what is allocated once.
    let warm = ask(server.address).await.map_err(|e| opening(&e, 0))?;
    let before = Figures::read(&server);
    let mut open = vec![warm];
    for index in 0..args.connections {
        let stream = ask(server.address).await.map_err(|e| opening(&e, index))?;
        open.push(stream);
    }
    let after = Figures::read(&server);
    let rows = rows(&before, &after, args.connections);
    println!(
        "{} idle connections, each after one answer",
        args.connections
    );
    println!("{:46}{:>12}{:>12}{:>12}", "", "before", "with them", "each");
    for [what, before, after, each] in &rows {
        println!("{what:46}{before:>12}{after:>12}{each:>12}");
    }
    if rows.is_empty() {
        println!(
            "This system has no /proc to ask: run it on Linux to see the figures."
        );
    }
    match args.record {
        Some(file) => record(&file, args.connections, &rows),
        None => Ok(()),
    }
}

/// Opens a connection, asks once and reads the answer, so that what the server needs for
/// a request is there, and leaves the connection open.
async fn ask(server: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(server).await?;
    stream
        .write_all(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(stream)
}

fn opening(error: &io::Error, index: usize) -> String {
    format!(
        "connection {} could not be opened: {error}; a process may have as many open \
         files as `ulimit -n` says, and every connection is one",
        index + 1
    )
}

/// This very program, as a server.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(connections: usize) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--max-connections"])
            .arg(connections.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the server does not start: {error}"))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.as_mut() {
            let read = BufReader::new(output).read_line(&mut line);
            read.map_err(|error| error.to_string())?;
        }
        let address = line.trim().rsplit('/').next().unwrap_or_default().parse();
        match address {
            Ok(address) => Ok(Self { process, address }),
            Err(_) => Err(format!("the server does not say where it listens: {line}")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the kernel says; `None` where it does not.
struct Figures {
    descriptors: Option<u64>,
    resident_kib: Option<u64>,
    sockets: Option<u64>,
    slab_kib: Option<u64>,
    buffer_pages: Option<u64>,
}

impl Figures {
    fn read(server: &Server) -> Self {
        let process = PathBuf::from(format!("/proc/{}", server.process.id()));
        let sockstat = fs::read_to_string("/proc/net/sockstat").unwrap_or_default();
        let sockets = sockstat.lines().find(|line| line.starts_with("TCP:"));
        Self {
            descriptors: fs::read_dir(process.join("fd"))
                .ok()
                .map(|entries| entries.count() as u64),
            resident_kib: field(&process.join("status"), "VmRSS:"),
            sockets: sockets.and_then(|line| after(line, "inuse")),
            slab_kib: field(Path::new("/proc/meminfo"), "Slab:"),
            buffer_pages: sockets.and_then(|line| after(line, "mem")),
        }
    }
}

/// The number after `name` at the beginning of a line.
fn field(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    after(line, name)
}

fn after(line: &str, name: &str) -> Option<u64> {
    let mut words = line.split_whitespace().skip_while(|word| *word != name);
    words.nth(1)?.parse().ok()
}

fn rows(before: &Figures, after: &Figures, connections: usize) -> Vec<[String; 4]> {
    let row = |what: &str, before: Option<u64>, after: Option<u64>, unit: &str| {
        let (before, after) = (before?, after?);
        let each = (after as f64 - before as f64) / connections as f64;
        let shown = |figure: u64| format!("{figure}{unit}");
        Some([
            what.into(),
            shown(before),
            shown(after),
            format!("{each:.2}{unit}"),
        ])
    };
    let rows = [
        row(
            "file descriptors of the server",
            before.descriptors,
            after.descriptors,
            "",
        ),
        row(
            "memory of the server's process",
            before.resident_kib,
            after.resident_kib,
            " KiB",
        ),
        row("TCP sockets, both ends", before.sockets, after.sockets, ""),
        row(
            "kernel's own memory (slab), both ends",
            before.slab_kib,
            after.slab_kib,
            " KiB",
        ),
        row(
            "pages of TCP buffers, both ends",
            before.buffer_pages,
            after.buffer_pages,
            "",
        ),
    ];
    rows.into_iter().flatten().collect()
}

fn record(file: &Path, connections: usize, rows: &[[String; 4]]) -> Result<(), String> {
    let note = format!(
        "{} {}, from /proc, both ends on one machine; `cargo run --example \
         ch01-raw-http -- cost --connections {connections}`",
        env::consts::OS,
        env::consts::ARCH,
    );
    let table = serde_json::json!({
        "caption": format!("What {connections} idle connections cost"),
        "columns": ["", "before", "with them", "each"],
        "rows": rows,
        "note": note,
    });
    let text = serde_json::to_string_pretty(&table).map_err(|e| e.to_string())?;
    fs::write(file, text + "\n").map_err(|e| format!("{}: {e}", file.display()))
}
