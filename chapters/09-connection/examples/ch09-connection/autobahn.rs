//! `autobahn-client`: the client's role before the Autobahn Testsuite.

use connection::{Config, Event, Message, echo};
use handshake::WebSocketUrl;

use crate::dial::dial;

/// Runs every case that the fuzzing server has, and has it write its report.
pub(crate) async fn run(url: &WebSocketUrl, agent: &str) -> Result<(), String> {
    if !agent
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    {
        return Err("an agent is letters, digits, `-`, `.`, `_` and `~`".to_owned());
    }
    let count = case_count(&at(url, "/getCaseCount")).await?;
    println!("{count} cases");
    for case in 1..=count {
        let target = format!("/runCase?case={case}&agent={agent}");
        echo(dial(&at(url, &target), config()).await?).await;
        if case % 50 == 0 {
            println!("{case} done");
        }
    }
    let target = format!("/updateReports?agent={agent}");
    echo(dial(&at(url, &target), config()).await?).await;
    println!("the report is written");
    Ok(())
}

fn config() -> Config {
    Config::default().max_message(64 << 20)
}

fn at(url: &WebSocketUrl, resource_name: &str) -> WebSocketUrl {
    WebSocketUrl {
        resource_name: resource_name.to_owned(),
        ..url.clone()
    }
}

async fn case_count(url: &WebSocketUrl) -> Result<u32, String> {
    let (mut reader, _writer) = dial(url, config()).await?.split();
    let mut count = None;
    while let Some(event) = reader.read().await {
        if let Event::Message(Message::Text(text)) = event {
            count = text.parse().ok();
        }
    }
    count.ok_or_else(|| format!("{url} gives no number of cases"))
}
