//! Shows what passes between any client and any server.
//!
//! ```text
//! cargo run --example ch00-wiretap -- --listen 127.0.0.1:4000 --to 127.0.0.1:3000
//! ```
#![expect(
    clippy::print_stderr,
    reason = "a command line tool speaks through its streams"
)]

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::Parser;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use wiretap::{Entry, Ledger, Listen, Part, Recorder, Side, Tap};

/// Passes connections on to a server and shows every byte on the way.
#[derive(Debug, Parser)]
struct Args {
    /// Where clients connect to.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// The server behind it.
    #[arg(long, value_name = "ADDR")]
    to: SocketAddr,
    /// Print one JSON object a line instead of text.
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), String> {
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        let Args { listen, .. } = args;
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    eprintln!(
        "listening on {address}, passing on to {}; Ctrl-C ends it",
        args.to
    );

    let recorder = Recorder::new(format!("{address} to {}", args.to));
    let result = tokio::select! {
        never = pass_on(listener, args.to, &recorder) => never,
        printed = print(&recorder, args.json) => printed.map_err(|e| e.to_string()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    if !args.json {
        eprint!("{}", summary(&Ledger::of(&recorder.transcript())));
    }
    result
}

/// Accepts connections for ever. Dropping the future ends them all.
async fn pass_on(
    listener: TcpListener,
    to: SocketAddr,
    recorder: &Recorder,
) -> Result<(), String> {
    let mut listener = recorder.tap_listener(listener);
    let mut connections = JoinSet::new();
    loop {
        let client = listener.accept().await;
        let client = client.map_err(|error| format!("cannot accept: {error}"))?;
        connections.spawn(carry(client, to, recorder.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Carries one connection until both sides have ended it.
async fn carry(mut client: Tap<TcpStream>, to: SocketAddr, recorder: Recorder) {
    let result = match TcpStream::connect(to).await {
        Ok(mut server) => copy_bidirectional(&mut client, &mut server).await,
        Err(error) => {
            let text = format!("cannot reach {to}: {error}; is the server running?");
            return recorder.note(Side::Server, text);
        }
    };
    if let Err(error) = result {
        recorder.note(Side::Server, format!("the connection broke: {error}"));
    }
}

/// Prints entries as they are finished, for ever.
async fn print(recorder: &Recorder, json: bool) -> io::Result<()> {
    let mut cursor = 0;
    loop {
        recorder.changed(cursor).await;
        let (entries, next) = recorder.entries_since(cursor);
        cursor = next;
        let mut out = anstream::stdout().lock();
        for entry in &entries {
            if json {
                serde_json::to_writer(&mut out, entry)?;
                writeln!(out)?;
            } else {
                let style = style(entry);
                write!(out, "{style}{entry}{style:#}")?;
            }
        }
        out.flush()?;
    }
}

/// One colour a direction; what carries no bytes is dim.
fn style(entry: &Entry) -> Style {
    match (entry.part, entry.from) {
        (Part::Open | Part::End, _) => Style::new().dimmed(),
        (Part::Reset | Part::Note, _) => AnsiColor::Red.on_default(),
        (_, Side::Client) => AnsiColor::Cyan.on_default(),
        (_, Side::Server) => AnsiColor::Green.on_default(),
    }
}

fn summary(ledger: &Ledger) -> String {
    format!(
        "\nconnections {}, requests {}, responses {}\n\
         heads {} bytes up and {} bytes down, everything else {} bytes\n",
        ledger.connections,
        ledger.requests,
        ledger.responses,
        ledger.request_head_bytes,
        ledger.response_head_bytes,
        ledger.payload_bytes,
    )
}
