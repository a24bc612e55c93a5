//! `held`: what held requests cost a server, and how long it takes to answer them all.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use raw_http::{Client, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use wiretap::Tcp;

#[path = "record.rs"]
mod record;

/// File descriptors that a process needs beside its connections.
const BESIDE: u64 = 64;
/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it says how far it is.
const PROGRESS: Duration = Duration::from_secs(2);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many requests to hold.
    #[arg(long, value_name = "N", default_value_t = 1000,
          value_parser = clap::value_parser!(u64).range(100..=25_000))]
    connections: u64,
    /// Write the figures as the JSON of one of the book's tables, beside those that are
    /// there.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    enough_descriptors(args.connections)?;
    // The server is a process of its own: its figures are not mixed with the client's,
    // and each of the two has its own limit of open files.
    let server = Server::start(args.connections)?;
    // Ten come first, so that what is allocated once does not count.
    let mut held = hold(server.address, 0, 10).await?;
    let before = Figures::read(&server);
    held.append(&mut hold(server.address, 10, args.connections).await?);
    let after = Figures::read(&server);
    let told = tell(server.address, held).await?;
    let answered = Figures::read(&server);
    let rows = rows(&before, &after, &answered, args.connections - 10, told);
    println!("{} requests are held", args.connections);
    for [what, figure] in &rows {
        println!("{what:50}{figure:>12}");
    }
    match args.record {
        Some(file) => record::record(&file, args.connections, &rows),
        None => Ok(()),
    }
}

/// Every connection is a file to the system, and a process may have so many of them.
fn enough_descriptors(connections: u64) -> Result<(), String> {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let allowed = line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    let needed = connections + BESIDE;
    match allowed {
        Some(allowed) if needed > allowed => Err(format!(
            "{connections} connections need {needed} file descriptors in each of two \
             processes, and this shell allows {allowed}: say `ulimit -n {needed}` first, \
             or take fewer with --connections {}",
            u64::saturating_sub(allowed, BESIDE)
        )),
        // Without /proc, the system itself will say so.
        _ => Ok(()),
    }
}

/// Asks so many times, over a connection each, what happens after an event that has not
/// happened yet.
async fn hold(
    server: SocketAddr,
    from: u64,
    to: u64,
) -> Result<Vec<TcpStream>, String> {
    let mut held = Vec::new();
    let mut said = Instant::now();
    for n in from..to {
        if said.elapsed() >= PROGRESS {
            said = Instant::now();
            println!("{n} of {to} wait");
        }
        let opened = async {
            let mut stream = TcpStream::connect(server).await?;
            let request = b"GET /events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            stream.write_all(request).await?;
            io::Result::Ok(stream)
        };
        let stream = timeout(PATIENCE, opened).await;
        let stream = stream.map_err(|_| "the server does not accept any more")?;
        held.push(stream.map_err(|error| format!("connection {}: {error}", n + 1))?);
    }
    // Answered after all those before it: then the server has read them.
    let asked = Client::new(Tcp(server), "localhost")
        .send(Request::get("/board"))
        .await;
    asked.map(|_| held).map_err(|error| error.to_string())
}

/// Lets the event happen, and gives the times until the first and the last have heard.
async fn tell(
    server: SocketAddr,
    held: Vec<TcpStream>,
) -> Result<(Duration, Duration), String> {
    let mut answers = JoinSet::new();
    for mut stream in held {
        answers.spawn(async move {
            let mut answer = [0; 1024];
            let read = stream.read(&mut answer).await;
            match read {
                Ok(1..) if answer.starts_with(b"HTTP/1.1 200") => Ok(Instant::now()),
                Ok(_) => Err("a held request was not answered with 200".to_owned()),
                Err(error) => Err(error.to_string()),
            }
        });
    }
    let mut client = Client::new(Tcp(server), "localhost");
    // The readers are tasks of this thread: they wait before it goes on.
    tokio::task::yield_now().await;
    let start = Instant::now();
    let told = async {
        let published = client.send(Request::post("/events", "now")).await;
        published.map_err(|error| error.to_string())?;
        let times = answers.join_all().await.into_iter();
        times.collect::<Result<Vec<_>, String>>()
    };
    let times = timeout(PATIENCE, told).await;
    let times = times.map_err(|_| "not all were told within a minute")??;
    let first = times.iter().min().copied().unwrap_or(start);
    let last = times.iter().max().copied().unwrap_or(start);
    Ok((first - start, last - start))
}

/// This very program, as a server.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(connections: u64) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--hold",
                "3600s",
                "--waiters",
            ])
            .arg(connections.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the server does not start: {error}"))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.as_mut() {
            let read = BufReader::new(output).read_line(&mut line);
            read.map_err(|error| error.to_string())?;
        }
        let address = line.split("http://").nth(1).unwrap_or_default();
        let address = address.split(',').next().unwrap_or_default().parse();
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
    slab_kib: Option<u64>,
    cpu_ms: Option<u64>,
}

impl Figures {
    fn read(server: &Server) -> Self {
        let process = PathBuf::from(format!("/proc/{}", server.process.id()));
        let descriptors = fs::read_dir(process.join("fd")).ok();
        Self {
            descriptors: descriptors.map(|entries| entries.count() as u64),
            resident_kib: field(&process.join("status"), "VmRSS:"),
            slab_kib: field(Path::new("/proc/meminfo"), "Slab:"),
            cpu_ms: cpu_ms(&process),
        }
    }
}

/// The number after `name` at the beginning of a line.
fn field(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The processor time of a process so far, from its schedstat, in nanoseconds.
fn cpu_ms(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("schedstat")).ok()?;
    let nanos: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanos / 1_000_000)
}

fn rows(
    before: &Figures,
    after: &Figures,
    answered: &Figures,
    more: u64,
    (first, last): (Duration, Duration),
) -> Vec<[String; 2]> {
    let each = |before: Option<u64>, after: Option<u64>| {
        let grown = after? as f64 - before? as f64;
        Some(format!("{:.2}", grown / more as f64))
    };
    let cpu = answered.cpu_ms.zip(after.cpu_ms);
    let millis = |time: Duration| Some(format!("{:.1}", time.as_secs_f64() * 1000.0));
    let rows = [
        (
            "file descriptors of the server, each",
            each(before.descriptors, after.descriptors),
        ),
        (
            "memory of its process, each (KiB)",
            each(before.resident_kib, after.resident_kib),
        ),
        (
            "kernel's own memory (slab), both ends, each (KiB)",
            each(before.slab_kib, after.slab_kib),
        ),
        (
            "processor time for answering them all (ms)",
            cpu.map(|(then, before)| (then - before).to_string()),
        ),
        ("from the event to the first answer (ms)", millis(first)),
        ("from the event to the last answer (ms)", millis(last)),
    ];
    let known = rows
        .into_iter()
        .filter_map(|(what, figure)| Some([what.to_owned(), figure?]));
    known.collect()
}
