//! `serve`: a board, by hand or with hyper.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use http_streaming::{handler, serve, with_hyper};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;

use crate::target::positive_time;
use crate::{bind, interrupted};

/// How many events a served board keeps.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Publish an event every so often, such as `3s`.
    #[arg(long, value_name = "TIME", value_parser = positive_time)]
    demo: Option<Duration>,
    /// Tell an empty line after this much silence.
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = positive_time)]
    keep_alive: Duration,
    /// Speak HTTP with hyper instead of by hand.
    #[arg(long)]
    hyper: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let (listener, address) = bind(args.listen).await?;
    println!("A board on http://{address}, which keeps {KEPT} events. Try:");
    println!("  curl -iN 'http://{address}/stream?after=0'");
    println!("  curl -i --raw -N 'http://{address}/stream?after=0'");
    println!("  curl http://{address}/events -d hello");
    println!("Ctrl-C ends it.");
    // Nobody waits in a place of the board: each stream has a connection of its own.
    let board = WaitingBoard::new(Board::new(KEPT).into(), 0);
    let handler = handler(board.clone(), args.keep_alive);
    let config = Config {
        clock: Some(SystemTime::now),
        ..Config::default()
    };
    let publish = publish_every(args.demo, board);
    let serve = async {
        match args.hyper {
            true => with_hyper::serve(listener, handler, config, interrupted()).await,
            false => serve(listener, handler, config, interrupted()).await,
        }
    };
    tokio::select! {
        () = serve => {}
        () = publish => {}
    }
    Ok(())
}

/// Never ends.
async fn publish_every(demo: Option<Duration>, board: WaitingBoard) {
    let Some(interval) = demo else {
        return std::future::pending().await;
    };
    let mut ticks = tokio::time::interval(interval);
    // The first tick comes at once.
    ticks.tick().await;
    for n in 1.. {
        ticks.tick().await;
        let seq = board.append(format!("tick {n}"));
        println!("event {seq} happens");
    }
}
