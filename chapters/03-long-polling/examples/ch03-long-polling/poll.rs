//! `poll`: waits for what happens on a board, and says what it cost.

use long_polling::long_poller;
use raw_http::{Client, Limits};
use short_polling::Notice;
use tokio::time::Instant;
use wiretap::{Ledger, Recorder, Tcp};

use crate::demo::cost;
use crate::target::Target;

/// The longest answer that is taken: more than a whole board of the `serve` command.
const LONGEST_ANSWER: usize = 8 << 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board's server.
    url: Target,
    /// Go on after this event; without it, begin with all that is kept.
    #[arg(long, value_name = "N")]
    after: Option<u64>,
    /// Open a fresh connection for each poll.
    #[arg(long)]
    fresh: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let url = &args.url;
    let recorder = Recorder::new(url.to_string());
    let dialer = recorder.tap_dialer(Tcp(url.resolve().await?));
    let limits = Limits {
        body_bytes: LONGEST_ANSWER,
        ..Limits::default()
    };
    let client = Client::new(dialer, url.host())
        .keep_alive(!args.fresh)
        .limits(limits);
    // Two that fail together must not come back together.
    let mut poller = long_poller(client, fastrand::u64(..));
    if let Some(cursor) = args.after {
        poller = poller.resume_after(cursor);
    }
    println!("waiting at {url}; Ctrl-C ends it");
    let start = Instant::now();
    loop {
        tokio::select! {
            notice = poller.next() => {
                if let Notice::Event(event) = &notice {
                    recorder.delivered(event.seq);
                }
                println!("{:8.3} s  {}", start.elapsed().as_secs_f64(), describe(&notice));
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    println!("\n{}", cost(&Ledger::of(&recorder.transcript())));
    if let Some(cursor) = poller.cursor() {
        println!("to go on from here: --after {cursor}");
    }
    Ok(())
}

fn describe(notice: &Notice) -> String {
    match notice {
        Notice::Event(event) => {
            format!("event {}: {}", event.seq, event.text.escape_debug())
        }
        Notice::Gap(gap) => {
            format!("events {} to {} are no longer kept", gap.first, gap.last)
        }
        Notice::Restarted { had, last } => {
            format!(
                "another board: its last event is {last}, and {had} was seen before"
            )
        }
        Notice::Failed { error, wait } => {
            format!("{error}; asking again in {:.1} s", wait.as_secs_f64())
        }
    }
}
