//! The server: the whole of it, as a process of its own.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use gatekeeping::{DoorLimits, Hashing, Settings, Tries};
use operations::{Config, Period, Service, run};
use the_complete_chat::lines::LineLimits;
use the_complete_chat::server::{Engine, Ways};
use tokio::sync::{mpsc, watch};

/// What clients call it, wherever it is.
pub(crate) const HOST: &str = "soak.test";

/// Serves until its input ends, and drains then. Says where it is.
pub(crate) async fn serve(data: PathBuf, engine: Engine) -> Result<(), Box<dyn Error>> {
    let (signal, signals) = mpsc::channel(1);
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = signal.blocking_send("the end of the input");
        // Nobody is cut off because there is nobody any more who could signal.
        std::thread::park();
    });
    let lines = LineLimits {
        // It is soon the server that waits for a slow reader.
        kept: 32,
        ..LineLimits::default()
    };
    let ways = Ways {
        engine,
        lines: Some(lines),
    };
    let build = |service: &Service| {
        println!("{} {}", service.address, service.admin);
        ways.site(service)
    };
    let ended = run(&config(data), build, signals).await?;
    println!("{ended:?}");
    Ok(())
}

/// All people are on one machine, and come at once: limits by address are raised for that,
/// and a password costs nothing.
fn config(data: PathBuf) -> Config {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let often = Tries {
        at_once: u32::MAX,
        per_minute: u32::MAX,
    };
    let mut config = Config {
        listen: here,
        admin: here,
        data,
        ..Config::default()
    };
    config.limits.connections = 100_000;
    config.limits.connections_per_address = 100_000;
    config.drain.over = Period::from_secs(2);
    config.gate = Settings {
        hosts: vec![HOST.to_owned()],
        secure_cookies: false,
        hashing: Hashing {
            memory: 8,
            passes: 1,
            ..Hashing::default()
        },
        limits: DoorLimits {
            sign_in_per_address: often,
            sign_up_per_address: often,
            posts_per_account: often,
            ..DoorLimits::default()
        },
        ..Settings::default()
    };
    config
}

/// A server and where it is now.
pub(crate) struct Server {
    data: PathBuf,
    engine: Engine,
    now: Now,
    address: watch::Sender<SocketAddr>,
}

/// The process.
struct Now {
    child: Child,
    input: Option<ChildStdin>,
    address: SocketAddr,
    admin: SocketAddr,
}

impl Server {
    pub(crate) fn start(data: PathBuf, engine: Engine) -> io::Result<Self> {
        let now = Now::start(&data, engine)?;
        let address = watch::Sender::new(now.address);
        Ok(Self {
            data,
            engine,
            now,
            address,
        })
    }

    /// Where it is, also after it has been restarted.
    pub(crate) fn address(&self) -> watch::Receiver<SocketAddr> {
        self.address.subscribe()
    }

    /// Where it can be looked at.
    pub(crate) fn admin(&self) -> SocketAddr {
        self.now.admin
    }

    /// Ends it, and starts it again.
    pub(crate) fn restart(&mut self, kill: bool) -> io::Result<()> {
        match kill {
            true => self.kill()?,
            false => self.drain()?,
        }
        self.now = Now::start(&self.data, self.engine)?;
        self.address.send_replace(self.now.address);
        Ok(())
    }

    /// Blocks until everybody has been sent away.
    pub(crate) fn drain(&mut self) -> io::Result<()> {
        drop(self.now.input.take());
        let ended = self.now.child.wait()?;
        match ended.success() {
            true => Ok(()),
            false => Err(io::Error::other(format!("the server ends with {ended}"))),
        }
    }

    /// SIGKILL, where there are signals.
    fn kill(&mut self) -> io::Result<()> {
        self.now.child.kill()?;
        self.now.child.wait().map(drop)
    }

    /// The memory that is its own, in KiB, where Linux says so.
    pub(crate) fn memory(&self) -> Option<u64> {
        let path = format!("/proc/{}/status", self.now.child.id());
        let status = std::fs::read_to_string(path).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill();
    }
}

impl Now {
    /// Blocks until it listens, which is soon.
    fn start(data: &Path, engine: Engine) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(data)
            .arg(engine.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        output.read_line(&mut line)?;
        // What it says in the end is read by nobody, and must not be in its way.
        std::thread::spawn(move || io::copy(&mut output, &mut io::sink()));
        let (address, admin) = line
            .trim()
            .split_once(' ')
            .ok_or_else(|| io::Error::other("the server does not say where it is"))?;
        Ok(Self {
            address: address.parse().map_err(io::Error::other)?,
            admin: admin.parse().map_err(io::Error::other)?,
            input: child.stdin.take(),
            child,
        })
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
