//! `serve`: a board as a stream of events.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use http_streaming::{Answer, Handler};
use long_polling::WaitingBoard;
use raw_http::{Config, Request, Response};
use server_sent_events::{EventBlocks, Events, Streams, handler, with_axum};
use short_polling::Board;
use tokio::net::TcpListener;

use crate::target::positive_time;

/// How many events are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(1000).expect("1000 is not 0");
/// The page for a browser: its own `EventSource` is the reader.
const PAGE: &str = include_str!("page.html");

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Let an event happen this often, such as `3s`.
    #[arg(long, value_name = "TIME", value_parser = positive_time)]
    demo: Option<Duration>,
    /// After so many events, say that nothing more will happen: 204.
    #[arg(long, value_name = "EVENTS")]
    end_after: Option<u64>,
    /// Have axum serve the stream instead of our own HTTP: only the stream.
    #[arg(long)]
    axum: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let listen = args.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("A stream on http://{address}, with the last {KEPT} events. Try:");
    println!("  curl -N 'http://{address}/stream?after=0'");
    if !args.axum {
        println!("  curl -i http://{address}/events -d hello");
        println!("  and in a browser: http://{address}/");
    }
    println!("Ctrl-C ends it.");
    let events = Events::new(
        WaitingBoard::new(Board::new(KEPT).into(), 0),
        Streams::default(),
    );
    let happening = happen(&args, &events);
    let serving = async {
        if args.axum {
            let ending = events.clone();
            let shutdown = async move {
                interrupted().await;
                // Or axum would wait for the streams, which do not end by themselves.
                ending.end();
            };
            with_axum::serve(listener, events.clone(), shutdown).await;
        } else {
            let config = Config {
                clock: Some(SystemTime::now),
                ..Config::default()
            };
            let handler = with_page(handler(events.clone()));
            http_streaming::serve(listener, handler, config, interrupted()).await;
        }
    };
    tokio::select! {
        () = serving => {}
        () = happening => {}
    }
    Ok(())
}

/// The page at `/`, and behind it the stream.
fn with_page(
    events: impl Handler<Source = EventBlocks>,
) -> impl Handler<Source = EventBlocks> {
    move |request: Request| {
        let events = events.clone();
        async move {
            match (request.method.as_str(), request.path_and_query()) {
                ("GET" | "HEAD", ("/", _)) => {
                    let html = "text/html; charset=utf-8";
                    Answer::Whole(Response::with_type(200, html, PAGE))
                }
                _ => events.call(request).await,
            }
        }
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own one ends the program.
        std::future::pending().await
    }
}

/// Never ends.
async fn happen(args: &Args, events: &Events) {
    let board = events.board();
    let mut ticks = args.demo.map(tokio::time::interval);
    loop {
        let last = board.board().last();
        if args.end_after.is_some_and(|end| last >= end) {
            events.end();
            println!("event {last} was the last one");
            return std::future::pending().await;
        }
        match &mut ticks {
            Some(ticks) => {
                ticks.tick().await;
                let seq = board.append(format!("tick {}", last + 1));
                println!("event {seq} happens");
            }
            None => drop(board.after(last).await),
        }
    }
}
