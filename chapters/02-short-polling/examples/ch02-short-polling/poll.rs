//! `poll`: asks a board, prints what is new, and says what it cost.

use std::time::Duration;

use raw_http::{Client, Limits};
use short_polling::{Event, Notice, Pace, Poller, Variant};
use tokio::time::Instant;
use wiretap::{Ledger, Part, Recorder, Tcp};

use crate::demo::cost;
use crate::target::{Target, positive_time};

/// The longest answer that is taken: more than a whole board of the `serve` command.
const LONGEST_ANSWER: usize = 8 << 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board's server.
    url: Target,
    /// From the beginning of one poll to the next, such as `250ms` or `2s`.
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = positive_time)]
    interval: Duration,
    /// By which part of the interval the polls are moved at random, from 0 to 1.
    #[arg(long, value_name = "PART", default_value = "0", value_parser = part)]
    jitter: f64,
    /// Ask for the whole board with an `ETag` instead of with a cursor.
    #[arg(long)]
    etag: bool,
    /// Open a fresh connection for each poll.
    #[arg(long)]
    fresh: bool,
}

fn part(text: &str) -> Result<f64, String> {
    let part = text.parse().ok().filter(|part| (0.0..=1.0).contains(part));
    part.ok_or_else(|| "a part is a number from 0 to 1, such as 0.5".to_owned())
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let Args { url, interval, .. } = &args;
    let recorder = Recorder::new(url.to_string());
    let dialer = recorder.tap_dialer(Tcp(url.resolve().await?));
    let limits = Limits {
        body_bytes: LONGEST_ANSWER,
        ..Limits::default()
    };
    let client = Client::new(dialer, url.host())
        .keep_alive(!args.fresh)
        .limits(limits);
    let variant = if args.etag {
        Variant::ETag
    } else {
        Variant::Cursor
    };
    // Two pollers that start together must not draw the same times.
    let pace = Pace::new(*interval, args.jitter, fastrand::u64(..));
    let mut poller = Poller::new(client, variant, pace);
    println!("asking {url} every {interval:?}; Ctrl-C ends it");
    let mut log = Log::new(recorder.clone());
    loop {
        tokio::select! {
            notice = poller.next() => log.print(&notice),
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    println!("\n{}", cost(&Ledger::of(&recorder.transcript())));
    Ok(())
}

/// Prints notices with the time, and what can be known about their age.
struct Log {
    recorder: Recorder,
    start: Instant,
    seen: u64,
    asked: Option<Duration>,
    /// When the last two questions that were answered were asked, the earlier one first.
    answered: [Option<Duration>; 2],
}

impl Log {
    fn new(recorder: Recorder) -> Self {
        Self {
            recorder,
            start: Instant::now(),
            seen: 0,
            asked: None,
            answered: [None; 2],
        }
    }

    fn print(&mut self, notice: &Notice) {
        let now = self.start.elapsed();
        let what = match notice {
            Notice::Event(Event { seq, text }) => {
                self.recorder.delivered(seq);
                format!("event {seq}: {}{}", text.escape_debug(), self.age(now))
            }
            Notice::Gap(gap) => {
                format!("events {} to {} are no longer kept", gap.first, gap.last)
            }
            Notice::Restarted { had, last } => format!(
                "another board: its last event is {last}, and {had} was seen before"
            ),
            Notice::Failed { error, wait } => {
                format!("{error}; asking again in {:.1} s", wait.as_secs_f64())
            }
        };
        println!("{:8.3} s  {what}", now.as_secs_f64());
    }

    /// How old the event may be. Its server does not say when it happened; but it was
    /// not there when the question before this one was asked.
    fn age(&mut self, now: Duration) -> String {
        let (entries, next) = self.recorder.entries_since(self.seen);
        self.seen = next;
        for entry in entries {
            match entry.part {
                Part::RequestHead => self.asked = Some(entry.sent()),
                Part::ResponseHead => self.answered = [self.answered[1], self.asked],
                _ => {}
            }
        }
        match self.answered[0] {
            Some(before) => {
                let age = now.saturating_sub(before).as_millis();
                format!("  (at most {age} ms old)")
            }
            None => String::new(),
        }
    }
}
