//! `serve`: a board to wait for.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use long_polling::{Hold, WaitingBoard, serve};
use raw_http::Config;
use short_polling::Board;
use tokio::net::TcpListener;

use crate::target::positive_time;

/// How many events a served board keeps.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
/// Connections beside those that are held: for those who publish, and for the 503.
const BESIDE: usize = 100;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// How long a question is held.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = positive_time)]
    hold: Duration,
    /// How many may wait at a time.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    waiters: usize,
    /// Publish an event every so often, such as `7s`.
    #[arg(long, value_name = "TIME", value_parser = positive_time)]
    demo: Option<Duration>,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let Args { listen, hold, .. } = args;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("A board on http://{address}, which holds a question for {hold:?}. Try:");
    println!("  curl -i 'http://{address}/events?after=0'");
    println!("and in another terminal");
    println!("  curl -i http://{address}/events -d hello");
    println!("Ctrl-C ends it.");
    let board = WaitingBoard::new(Board::new(KEPT).into(), args.waiters);
    let hold = Hold {
        time: hold,
        ..Hold::default()
    };
    let config = Config {
        clock: Some(SystemTime::now),
        max_connections: args.waiters.saturating_add(BESIDE),
        ..Config::default()
    };
    tokio::select! {
        () = serve(listener, board.clone(), hold, config, interrupted()) => {}
        () = publish_every(args.demo, board.clone()) => {}
    }
    let census = board.census();
    println!(
        "\nof those who waited, {} were told something, {} ran out of time, {} hung up; \
         {} found no place",
        census.told, census.timed_out, census.hung_up, census.turned_away
    );
    Ok(())
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own one ends the program.
        std::future::pending().await
    }
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
        println!(
            "event {seq} happens; {} were waiting",
            board.census().waiting
        );
    }
}
