//! An example of each request to the API, and of each message that version 2 has not.

#[path = "../../12-chat/tests/rows/mod.rs"]
#[allow(dead_code, reason = "the tables use more of it")]
mod rows;
mod wire;

use std::collections::BTreeSet;

use gatekeeping::protocol::schema;
use serde_json::Value;
use wire::served::{Server, Signed, ticket_in};
use wire::{Client, request};
use wiretap::harness;

/// What is asked, answered and told, in this order.
struct Told {
    server: Server,
    rows: Vec<Vec<String>>,
    /// What is random, and what is shown for it.
    random: Vec<(String, String)>,
}

impl Told {
    fn row(&mut self, who: &str, what: &str) {
        let mut what = what.to_owned();
        for (random, shown) in &self.random {
            what = what.replace(random, shown);
        }
        self.rows.push(vec![who.to_owned(), rows::code(&what)]);
    }

    /// One request, and its answer; its body.
    async fn asks(&mut self, who: &str, head: &str, path: &str, body: &str) -> String {
        let answer = request(&self.server.dialer, head, body).await;
        let (head, answered) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split_whitespace().nth(1).expect("a status");
        let random = random_in(answered);
        self.random.extend(random);
        self.row(&format!("{who} asks"), format!("{path} {body}").trim());
        self.row("is answered", format!("{status} {answered}").trim());
        answer
    }

    async fn posts(
        &mut self,
        who: &str,
        of: &Signed,
        path: &str,
        body: &str,
    ) -> String {
        let head = of.post(path);
        self.asks(who, &head, &format!("POST {path}"), body).await
    }

    async fn gets(&mut self, who: &str, of: &Signed, path: &str) {
        let cookie = of.cookie();
        let head = format!("GET {path} HTTP/1.1\nHost: chat.test\nCookie: {cookie}");
        self.asks(who, &head, &format!("GET {path}"), "").await;
    }

    async fn is_told(&mut self, who: &str, window: &mut Client) {
        let heard = window.hears().await;
        self.row(&format!("{who} is told"), &heard);
    }
}

/// The random part of a room's name, or a ticket, in the body of an answer.
fn random_in(answer: &str) -> Option<(String, String)> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    if let Some(ticket) = answer["ticket"].as_str() {
        let shown = "9Jk2bSGTxvZmQ0aW7dLr8A";
        assert_eq!(ticket.len(), shown.len());
        return Some((ticket.to_owned(), shown.to_owned()));
    }
    let room = answer["room"].as_str()?;
    let (_, end) = room.rsplit_once("--")?;
    let is_direct = answer["kind"] == "direct";
    let shown = if is_direct { "w7n4c6ut" } else { "k3v9x2ab" };
    assert_eq!(end.len(), shown.len());
    Some((end.to_owned(), shown.to_owned()))
}

const PASSWORD: &str = r#""password":"seven teapots fly""#;

/// The session in an answer's cookie.
fn session(answer: &str) -> Signed {
    let (_, token) = answer.split_once("__Host-session=").expect("a cookie");
    let (token, _) = token.split_once(';').expect("its end");
    Signed::with(token)
}

async fn sign_in_and_out(told: &mut Told) -> Signed {
    let nobody = Signed::with("");
    let ann = format!(r#"{{"name":"Ann",{PASSWORD}}}"#);
    told.posts("Ann", &nobody, "/api/sign-up", &ann).await;
    let answer = told.posts("Ann", &nobody, "/api/sign-in", &ann).await;
    let other = session(&answer);
    told.gets("Ann", &other, "/api/me").await;
    told.posts("Ann", &other, "/api/sign-out", "{}").await;
    told.gets("Ann", &other, "/api/me").await;
    let answer = request(&told.server.dialer, &nobody.post("/api/sign-in"), &ann).await;
    let ann = session(&answer);
    let change = r#"{"old":"seven teapots fly","new":"eight teapots fly"}"#;
    let answer = told.posts("Ann", &ann, "/api/password", change).await;
    session(&answer)
}

async fn come_in(told: &mut Told, who: &str, of: &Signed) -> Client {
    let answer = told.posts(who, of, "/api/ticket", "{}").await;
    let ticket = ticket_in(&answer);
    let mut window = told.server.hello(of, &ticket).await;
    let hello = format!(r#"{{"type":"hello","version":3,"ticket":"{ticket}"}}"#);
    told.row(&format!("{who} says"), &hello);
    told.is_told(who, &mut window).await;
    window
}

async fn conversation() -> Vec<Vec<String>> {
    let mut told = Told {
        server: Server::start("examples"),
        rows: Vec::new(),
        random: Vec::new(),
    };
    let ann = sign_in_and_out(&mut told).await;
    let bob = told.server.sign_up("Bob").await;
    let mut anns = come_in(&mut told, "Ann", &ann).await;
    let ticket = told.server.ticket(&bob).await;
    let mut bobs = told.server.hello(&bob, &ticket).await;
    bobs.hears().await;

    let new = r#"{"room":"harbour","kind":"public"}"#;
    told.posts("Ann", &ann, "/api/rooms", new).await;
    told.is_told("Ann", &mut anns).await;
    told.posts("Bob", &bob, "/api/rooms/harbour/enter", "{}")
        .await;
    told.is_told("Bob", &mut bobs).await;
    let new = r#"{"room":"plans","kind":"private"}"#;
    let made = told.posts("Ann", &ann, "/api/rooms", new).await;
    told.is_told("Ann", &mut anns).await;
    let (_, plans) = made.split_once(r#""room":""#).expect("a name");
    let (plans, _) = plans.split_once('"').expect("its end");
    let path = format!("/api/rooms/{plans}/invite");
    told.posts("Ann", &ann, &path, r#"{"name":"bob"}"#).await;
    told.is_told("Ann", &mut anns).await;
    told.is_told("Bob", &mut bobs).await;
    let path = format!("/api/rooms/{plans}/leave");
    told.posts("Bob", &bob, &path, "{}").await;
    told.is_told("Bob", &mut bobs).await;
    told.is_told("Ann", &mut anns).await;
    told.posts("Ann", &ann, "/api/direct", r#"{"name":"Bob"}"#)
        .await;
    told.is_told("Ann", &mut anns).await;
    told.is_told("Bob", &mut bobs).await;
    told.posts("Ann", &ann, "/api/rooms/harbour/read", r#"{"seq":3}"#)
        .await;
    told.is_told("Ann", &mut anns).await;
    told.gets("Ann", &ann, "/api/rooms").await;
    told.rows
}

/// Each message stands in it that version 2 has not.
fn is_whole(rows: &[Vec<String>]) {
    let shown: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| row[1].split_once(r#"{"type":""#))
        .filter_map(|(_, rest)| rest.split('"').next())
        .collect();
    let new = schema()["$defs"]["New"]["oneOf"].clone();
    for kind in new.as_array().expect("messages") {
        let kind = rows::words(&kind["properties"]["type"]["const"]);
        assert!(shown.contains(&*kind), "{kind}");
    }
}

#[test]
fn every_request_has_an_example() {
    let rows = harness::run("examples", conversation());
    is_whole(&rows);
    let columns = ["who", "what"];
    let note = "Recorded from the server. What is random, of tickets and of rooms' names, is \
                replaced.";
    let text = rows::table("Two people come in", &columns, &rows, note);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("requests", text);
    });
}
