//! `follow`: one stream after the other, each from where the last one broke off.

use std::time::Duration;

use http_streaming::{EventStream, Message, OpenError, StreamError};
use short_polling::{Pace, Refusal};
use tokio::time::{Instant, sleep};
use wiretap::Tcp;

use crate::interrupted;
use crate::target::{Target, positive_time};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board's server.
    url: Target,
    /// Begin after the event with this number; without it, with all that is kept.
    #[arg(long, value_name = "N")]
    after: Option<u64>,
    /// Give a stream up when nothing has come for this long.
    #[arg(long, value_name = "TIME", default_value = "40s", value_parser = positive_time)]
    silence: Duration,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let Args { url, .. } = &args;
    let dialer = Tcp(url.resolve().await?);
    println!("following {url}; Ctrl-C ends it");
    let follower = Follower {
        dialer,
        host: url.host(),
        silence: args.silence,
        cursor: args.after,
        start: Instant::now(),
    };
    tokio::select! {
        () = follower.run() => {}
        () = interrupted() => {}
    }
    Ok(())
}

struct Follower<'a> {
    dialer: Tcp,
    host: &'a str,
    silence: Duration,
    /// The last event that was seen.
    cursor: Option<u64>,
    start: Instant,
}

impl Follower<'_> {
    /// Asks again and again. A stream has no memory: what it takes to resume is here.
    async fn run(mut self) {
        // Clients that lose their server together must not come back together.
        let mut pace = Pace::new(Duration::from_secs(1), 0.5, fastrand::u64(..));
        let mut failures = 0;
        loop {
            let seen = self.cursor;
            let why = match self.one_stream().await {
                Ok(()) => "the server has ended the stream".to_owned(),
                Err(why) => why,
            };
            failures = if self.cursor == seen { failures + 1 } else { 1 };
            let wait = pace.after_failure(failures);
            self.say(&format!(
                "{why}; asking again in {:.1} s",
                wait.as_secs_f64()
            ));
            sleep(wait).await;
        }
    }

    /// Reads one stream to its end.
    async fn one_stream(&mut self) -> Result<(), String> {
        let (dialer, host) = (&self.dialer, self.host);
        let stream = EventStream::follow(dialer, host, self.cursor, self.silence).await;
        let mut stream = stream.map_err(|error| self.refused(&error))?;
        let broken = |error: StreamError| error.to_string();
        while let Some(message) = stream.next().await.map_err(broken)? {
            match message {
                Message::Event(event) => {
                    self.cursor = Some(event.seq);
                    self.say(&format!("event {}: {:?}", event.seq, event.text));
                }
                Message::Gap { gap } => {
                    self.cursor = Some(gap.last);
                    let (first, last) = (gap.first, gap.last);
                    self.say(&format!("events {first} to {last} are no longer kept"));
                }
            }
        }
        Ok(())
    }

    fn refused(&mut self, error: &OpenError) -> String {
        if let OpenError::Refused {
            refusal: Some(refusal),
            ..
        } = error
            && let Refusal {
                last: Some(last), ..
            } = refusal
        {
            // It is another board, after a restart: all its events are new.
            self.cursor = Some(0);
            return format!("another board, whose last event is {last}");
        }
        error.to_string()
    }

    fn say(&self, what: &str) {
        println!("{:8.3} s  {what}", self.start.elapsed().as_secs_f64());
    }
}
