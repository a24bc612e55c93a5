//! This chapter's server at the other end of a network, with people who are signed in.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use gatekeeping::api::{Credentials, Secret};
use gatekeeping::{Hashing, Keeper, Settings, serve};
use history::{Chat, Halls, MemoryLog};
use serde_json::Value;
use tempfile::TempDir;
use wiretap::{Link, LinkDialer, Recorder, Transcript};

use super::scrub::scrub;
use super::{Client, RTT, request};

pub(crate) const OUR_PAGE: &str = "https://chat.test";
/// What stands in a figure for a session and for a ticket.
const SESSION: &str = "ILzUQXdR5tfCkUZmm1vmhDCGMTBhEE2uKZ2OAvoYMcs";
const TICKET: &str = "9Jk2bSGTxvZmQ0aW7dLr8A";

pub(crate) struct Server {
    pub(crate) recorder: Recorder,
    pub(crate) dialer: LinkDialer,
    keeper: Keeper,
    _folder: TempDir,
}

/// Somebody's session.
pub(crate) struct Signed {
    pub(crate) token: Secret,
}

impl Server {
    pub(crate) fn start(title: &str) -> Self {
        let recorder = Recorder::new(title);
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            origins: vec![OUR_PAGE.to_owned()],
            hosts: vec!["chat.test".to_owned()],
            // Nobody tries these passwords.
            hashing: Hashing {
                memory: 8,
                passes: 1,
                ..Hashing::default()
            },
            ..Settings::default()
        };
        let keeper = Keeper::open(folder.path(), settings).expect("a keeper");
        let keeper = keeper.timed(|| UNIX_EPOCH + Duration::from_secs(1_800_000_000));
        let halls = Halls::new();
        let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
        let serving = keeper.clone();
        tokio::spawn(async move {
            let from_here = |_: &_| -> IpAddr { Ipv4Addr::LOCALHOST.into() };
            let never = std::future::pending();
            serve(listener, chat, serving, Router::new(), from_here, never).await;
        });
        Self {
            recorder,
            dialer,
            keeper,
            _folder: folder,
        }
    }

    /// Makes an account, past the wire.
    pub(crate) async fn sign_up(&self, name: &str) -> Signed {
        let credentials = Credentials {
            name: name.to_owned(),
            password: Secret::new("seven teapots fly"),
        };
        let from = Ipv4Addr::LOCALHOST.into();
        let signed = self.keeper.sign_up(from, &credentials, None).await;
        let (_, token) = signed.expect("an account");
        Signed { token }
    }

    /// Fetches a ticket as a page does.
    pub(crate) async fn ticket(&self, who: &Signed) -> String {
        let answer = request(&self.dialer, &who.post("/api/ticket"), "{}").await;
        ticket_in(&answer)
    }

    /// Opens a socket as our page does, and says hello with this ticket.
    pub(crate) async fn hello(&self, who: &Signed, ticket: &str) -> Client {
        let cookie = who.cookie();
        let fields = [("Origin", OUR_PAGE), ("Cookie", &*cookie)];
        let client = Client::open(&self.dialer, &self.recorder, &fields).await;
        let mut client = client.expect("it is our page");
        let hello = format!(r#"{{"type":"hello","version":3,"ticket":"{ticket}"}}"#);
        client.says(&hello).await;
        client
    }

    /// What was recorded, without what is random.
    pub(crate) fn transcript(&self, who: &Signed, tickets: &[&str]) -> Transcript {
        let mut secrets = vec![(who.token.reveal(), SESSION)];
        secrets.extend(tickets.iter().map(|ticket| (*ticket, TICKET)));
        scrub(self.recorder.transcript(), &secrets)
    }
}

impl Signed {
    pub(crate) fn with(token: &str) -> Self {
        let token = Secret::new(token);
        Self { token }
    }

    pub(crate) fn cookie(&self) -> String {
        format!("__Host-session={}", self.token.reveal())
    }

    /// The head of a request that our page makes.
    pub(crate) fn post(&self, path: &str) -> String {
        self.post_from(path, OUR_PAGE, "same-origin", "application/json")
    }

    /// The same of another page, and with another body.
    pub(crate) fn post_from(
        &self,
        path: &str,
        origin: &str,
        site: &str,
        kind: &str,
    ) -> String {
        format!(
            "POST {path} HTTP/1.1\nHost: chat.test\nOrigin: {origin}\n\
             Sec-Fetch-Site: {site}\nContent-Type: {kind}\nCookie: {}",
            self.cookie()
        )
    }
}

pub(crate) fn ticket_in(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    assert!(head.starts_with("HTTP/1.1 201 "), "{head}");
    let issued: Value = serde_json::from_str(body).expect("JSON");
    issued["ticket"].as_str().expect("a ticket").to_owned()
}
