//! The figures: what a scraper reads, and that they are true.

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "../../14-history/tests/common/peer.rs"]
mod peer;
#[path = "common/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::time::Duration;

use history::protocol::{ClientMessage, Search, ServerMessage};
use history::{Options, SqliteLog};
use operations::Metrics;
use peer::{Peer, room, say};
use serde_json::json;
use server::Server;
use tokio::time::sleep;
use wiretap::harness;

/// What stands in a text of OpenMetrics: each series with its figure. It is strict: a line
/// that does not fit is a failure.
fn parse(text: &str) -> BTreeMap<String, f64> {
    let mut types = BTreeMap::new();
    let mut series = BTreeMap::new();
    let mut is_over = false;
    for line in text.lines() {
        assert!(!is_over, "nothing stands behind the end: {line}");
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            match (words.next(), words.next(), words.next()) {
                (Some("HELP"), Some(_), Some(help)) => {
                    assert!(help.ends_with('.'), "{line}");
                }
                (Some("TYPE"), Some(name), Some(kind)) => {
                    let known = ["counter", "gauge", "histogram"].contains(&kind);
                    assert!(known, "{line}");
                    let before = types.insert(name.to_owned(), kind.to_owned());
                    assert_eq!(before, None, "twice: {line}");
                }
                (Some("UNIT"), Some(name), Some(unit)) => {
                    assert!(name.ends_with(unit), "{line}");
                }
                (Some("EOF"), None, None) => is_over = true,
                _ => panic!("no comment of OpenMetrics: {line}"),
            }
            continue;
        }
        let (name, figure) = line.rsplit_once(' ').expect("a name and a figure");
        let family = name.split('{').next().unwrap_or(name);
        let is_declared = types.keys().any(|known| family.starts_with(known.as_str()));
        assert!(is_declared, "of no family: {line}");
        let figure = figure.parse().expect("a figure");
        let before = series.insert(name.to_owned(), figure);
        assert_eq!(before, None, "twice: {line}");
    }
    assert!(is_over, "it ends with # EOF");
    series
}

async fn scrape(server: &Server) -> BTreeMap<String, f64> {
    parse(&server.ask("/metrics").await.1)
}

#[test]
fn what_happens_is_counted() {
    harness::run("two people and a scraper", async {
        let server = Server::start();
        let mut ada = Peer::joined(&server.dialer, "ada", None).await;
        let mut bob = Peer::joined(&server.dialer, "bob", None).await;
        for number in 0..3 {
            ada.says(&number.to_string(), "ahoy").await;
        }
        // Refused: bob has nothing to search for.
        bob.send_text(r#"{"type":"search","room":"nowhere","query":"x"}"#)
            .await;
        bob.send_text("no JSON").await;
        let mut errors = 0;
        while errors < 2 {
            errors += usize::from(matches!(bob.next().await, ServerMessage::Error(_)));
        }
        let figures = scrape(&server).await;
        for (name, figure) in [
            ("chat_connections{over=\"websocket\"}", 2.0),
            ("chat_opened_total{over=\"websocket\"}", 2.0),
            // 2 hello, 2 join, 3 say, 2 that are refused.
            ("chat_heard_total", 9.0),
            ("chat_append_seconds_count", 3.0),
            ("chat_refusals_total{code=\"not_in_room\"}", 1.0),
            ("chat_refusals_total{code=\"malformed\"}", 1.0),
            ("chat_requests_total{status=\"101\"}", 2.0),
            ("chat_waiting_posts", 0.0),
            ("chat_waiting_readers", 0.0),
            ("chat_draining", 0.0),
        ] {
            assert_eq!(figures.get(name), Some(&figure), "{name}: {figures:#?}");
        }
        // Each heard: 3 messages and a presence; 2 welcome and joined; 3 accepted; 2 errors.
        let deliveries = 2.0 * 3.0 + 1.0 + 4.0 + 3.0 + 2.0;
        assert_eq!(figures.get("chat_deliveries_total"), Some(&deliveries));
    });
}

#[test]
fn a_drain_is_counted_and_so_are_the_ends() {
    harness::run("a drain and a scraper", async {
        let server = Server::start();
        let mut ada = Peer::hello(&server.dialer, "ada", 2).await;
        let mut bob = Peer::hello(&server.dialer, "bob", 2).await;
        sleep(Duration::from_secs(30)).await;
        server.signal().await;
        assert_eq!(ada.hear_the_end().await, 1012);
        drop(ada);
        let figures = scrape(&server).await;
        assert_eq!(figures.get("chat_draining"), Some(&1.0));
        assert_eq!(figures.get("chat_drains_total"), Some(&1.0));
        assert_eq!(bob.hear_the_end().await, 1012);
        drop(bob);
        while !server.ended.is_finished() {
            tokio::task::yield_now().await;
        }
        let figures = scrape(&server).await;
        for (name, figure) in [
            ("chat_closes_total{code=\"1012\"}", 2.0),
            ("chat_connections{over=\"websocket\"}", 0.0),
            // One stayed for 30 s and one for 35.
            ("chat_conversation_seconds_bucket{le=\"10.0\"}", 0.0),
            ("chat_conversation_seconds_bucket{le=\"60.0\"}", 2.0),
            ("chat_conversation_seconds_sum", 65.0),
        ] {
            assert_eq!(figures.get(name), Some(&figure), "{name}: {figures:#?}");
        }
    });
}

#[test]
fn a_reader_that_is_waited_for_is_seen() {
    harness::run("somebody who does not read", async {
        let server = Server::start();
        let mut ada = Peer::joined(&server.dialer, "ada", None).await;
        let _deaf = Peer::joined(&server.dialer, "bob", None).await;
        let words = "x".repeat(4000);
        let mut waiting = 0.0;
        for number in 0..200 {
            ada.says(&number.to_string(), &words).await;
            // Not faster than she may.
            sleep(Duration::from_millis(100)).await;
            waiting = scrape(&server).await["chat_waiting_readers"];
            if waiting > 0.0 {
                break;
            }
        }
        assert_eq!(waiting, 1.0, "bob is waited for");
    });
}

#[test]
fn no_label_has_a_value_that_a_client_has_chosen() {
    harness::run("somebody with strange names", async {
        let server = Server::start();
        let mut peer = Peer::joined(&server.dialer, "mallory-17", None).await;
        peer.send(&say("an id of mine", "words of mine")).await;
        peer.send(&ClientMessage::Search(Search {
            room: room(),
            query: peer::text("mine"),
        }))
        .await;
        peer.send_text(r#"{"type":"invented-type"}"#).await;
        while !matches!(peer.next().await, ServerMessage::Error(_)) {}
        let text = server.ask("/metrics").await.1;
        for chosen in ["mallory", "harbour", "mine", "invented"] {
            assert!(!text.contains(chosen), "{chosen}:\n{text}");
        }
    });
}

#[test]
fn a_commit_is_timed_with_its_sync() {
    let folder = tempfile::tempdir().expect("a folder");
    let metrics = Metrics::new();
    let counting = metrics.clone();
    let options = Options {
        on_commit: Some(std::sync::Arc::new(move |took, posts| {
            counting.committed(took, posts);
        })),
        ..Options::default()
    };
    let path = folder.path().join("rooms.db");
    let log = SqliteLog::open(path, &options, ()).expect("a log");
    common::run("two posts", async move {
        for id in ["one", "two"] {
            common::added(&log, "harbour", common::say("ada", id, "ahoy")).await;
        }
        log.close().await.expect("nobody else has it");
    });
    let figures = parse(&metrics.text());
    assert_eq!(figures["chat_commit_seconds_count"], 2.0);
    assert!(figures["chat_commit_seconds_sum"] > 0.0);
    assert_eq!(figures["chat_commit_posts_sum"], 2.0);
}

#[test]
fn each_figure_is_explained() {
    let text = Metrics::new().text();
    let named = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!(named("# HELP "), named("# TYPE "));
    parse(&text);
}

/// The figures, as the page lists them.
#[test]
fn the_figures_and_what_they_are() {
    let text = Metrics::new().text();
    let mut rows = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, help] => {
                rows.push([format!("`{name}`"), String::new(), help.to_owned()]);
            }
            ["#", "TYPE", _, kind] => {
                rows.last_mut().expect("HELP comes first")[1] = kind.to_owned();
            }
            _ => {}
        }
    }
    let table = json!({
        "caption": "What chapter 16's server counts",
        "columns": ["figure", "kind", "what it is"],
        "rows": rows,
        "note": "of a server that has just begun; a counter's name ends with `_total`",
    });
    let table = format!("{table:#}");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("figures", table);
    });
}
