//! `follow`: reads a stream, prints what it is told, and says what it cost.

use server_sent_events::{EventSource, Message, Notice, Options, RESTARTED, Restarted};
use tokio::time::Instant;
use wiretap::{Ledger, Recorder, Tcp};

use crate::target::Target;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stream's server.
    url: Target,
    /// The id of the last event that is known already; without it, from the beginning.
    #[arg(long, value_name = "ID")]
    from: Option<u64>,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let Args { url, from } = &args;
    let recorder = Recorder::new(url.to_string());
    let dialer = recorder.tap_dialer(Tcp(url.resolve().await?));
    let options = Options {
        // Two readers that start together must not draw the same waits.
        seed: fastrand::u64(..),
        ..Options::default()
    };
    let target = format!("/stream?after={}", from.unwrap_or(0));
    let mut reader = EventSource::new(dialer, url.host(), target, options);
    println!("reading {url}; Ctrl-C ends it");
    let start = Instant::now();
    loop {
        let notice = tokio::select! {
            notice = reader.next() => notice,
            _ = tokio::signal::ctrl_c() => break,
        };
        let Some(notice) = notice else { break };
        if let Notice::Message(message) = &notice {
            recorder.delivered(&message.last_event_id);
        }
        println!("{:8.3} s  {}", start.elapsed().as_secs_f64(), line(&notice));
    }
    println!("\n{}", cost(&Ledger::of(&recorder.transcript())));
    Ok(())
}

fn line(notice: &Notice) -> String {
    match notice {
        Notice::Open => "the stream is open".to_owned(),
        Notice::Message(message) => told(message),
        Notice::Interrupted { why, wait } => {
            format!("{why}: again in {:.1} s", wait.as_secs_f64())
        }
        Notice::Failed(failure) => format!("{failure}: this is the end"),
    }
}

fn told(message: &Message) -> String {
    let Message {
        event_type,
        data,
        last_event_id,
    } = message;
    let shown = data.escape_debug();
    match event_type.as_str() {
        Message::DEFAULT_TYPE => format!("event {last_event_id}: {shown}"),
        RESTARTED => match serde_json::from_str(data) {
            Ok(Restarted { had, last }) => format!(
                "another board: its last event is {last}, and {had} was seen before"
            ),
            Err(_) => format!("another board: {shown}"),
        },
        _ => format!("{event_type}, up to event {last_event_id}: {shown}"),
    }
}

fn cost(ledger: &Ledger) -> String {
    let plural = if ledger.connections == 1 { "" } else { "s" };
    let heads = ledger.request_head_bytes + ledger.response_head_bytes;
    let mut text = format!(
        "{} messages over {} connection{plural}\n{heads} bytes of heads, {} of payload",
        ledger.delivered, ledger.connections, ledger.payload_bytes,
    );
    if let Some(bytes) = ledger.bytes_per_event() {
        text += &format!(": {bytes} for each message");
    }
    text
}
