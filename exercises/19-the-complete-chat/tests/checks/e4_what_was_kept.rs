//! The chapter's server is asked, and what it answers compared with the prediction.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use history::{Line as _, Told};
use serde_json::Value;
use the_complete_chat::lines::{LineLimits, Lines, RequestLine};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use wiretap::harness;
use wiretap::verdict::{self, Rule};

use crate::subject::e4_what_was_kept::prediction;

const KEPT: Rule = Rule::new(
    "chapter 19",
    "What was told is kept until it is acknowledged: an answer may be lost on its way.",
);
const GONE: Rule = Rule::new(
    "chapter 19",
    "`after=2` says that the client has everything up to 2. That is kept no longer.",
);
const ONCE: Rule = Rule::new(
    "chapter 19",
    "What was taken before is not taken again, and what is new in the same request is.",
);
const GAP: Rule = Rule::new(
    "chapter 19",
    "When a message is missing before them, none is taken.",
);

#[test]
fn what_eight_requests_bring() {
    let yours = prediction();
    known_mistakes(&yours);
    let answers = harness::run("eight requests", play());
    let rules = [KEPT, KEPT, GONE, GONE, ONCE, ONCE, GAP, ONCE];
    for (at, (answer, yours)) in answers.iter().zip(yours).enumerate() {
        if answer != yours {
            let why = format!("Number {}: `{answer}`, and you have `{yours}`.", at + 1);
            verdict::fail(rules[at], why);
        }
    }
}

/// What is easily taken for the answer, and why it is not.
fn known_mistakes(yours: &[&str; 8]) {
    let mistake = |number: usize, wrong: &str, rule, why: &str| {
        if yours[number - 1] == wrong {
            verdict::fail(rule, format!("Number {number} is `{wrong}`? {why}"));
        }
    };
    let why = "The client asks from the beginning: it has nothing, whatever became of the \
               first answer.";
    mistake(2, "200", KEPT, why);
    let why = "It has 1 and 2, and 3 and 4 it has not.";
    mistake(3, "200 a b c d", GONE, why);
    mistake(3, "200 b c d", GONE, why);
    let why = "With the request before it the client has said that it has 2.";
    mistake(4, "200 b c d", GONE, why);
    let why = "Without `b` it would have a gap, and nobody would tell it.";
    mistake(4, "200 c d", GONE, why);
    let why = "`y` is old, and `z` is new: nothing is missing before them.";
    mistake(6, "409", ONCE, why);
    let why = "Number 4 is missing.";
    mistake(7, "204", GAP, why);
    let why = "`y` was number 2 both times, and is taken once.";
    mistake(8, "200 x y y z", ONCE, why);
    mistake(8, "200 x y y z w", ONCE, why);
    let why = "`z` was number 3, and new, although `y` was not.";
    mistake(8, "200 x y", ONCE, why);
    let why = "Number 5 was not taken: number 4 is missing before it.";
    mistake(8, "200 x y z w", GAP, why);
}

/// The program at the other end.
async fn says_back(mut line: RequestLine) {
    for text in ["a", "b", "c", "d"] {
        if line.tell(&Told::new(text)).await.is_err() {
            return;
        }
    }
    while let Some(text) = line.hear().await {
        if line.tell(&Told::new(&text)).await.is_err() {
            return;
        }
    }
}

async fn play() -> Vec<String> {
    let lines = Lines::new(LineLimits::default(), CancellationToken::new());
    let from_here = |_: &_| IpAddr::from(Ipv4Addr::LOCALHOST);
    let router = lines.router(from_here, |line, _visit| says_back(line));
    let (opened, cookie) = open(&router).await;
    let line = opened["line"].as_str().expect("it is opened").to_owned();
    let mut answers = Vec::new();
    for (method, path, body) in [
        ("GET", "poll?after=0", ""),
        ("GET", "poll?after=0", ""),
        ("GET", "poll?after=2", ""),
        ("GET", "poll?after=1", ""),
        ("POST", "say", r#"{"n": 1, "messages": ["x", "y"]}"#),
        ("POST", "say", r#"{"n": 2, "messages": ["y", "z"]}"#),
        ("POST", "say", r#"{"n": 5, "messages": ["w"]}"#),
        ("GET", "poll?after=4", ""),
    ] {
        // By then the program has heard what there was.
        sleep(Duration::from_secs(1)).await;
        let request = request(method, &format!("/chat/line/{line}/{path}"));
        let request = request.header(header::COOKIE, &cookie).body(body.into());
        let answer = ask(&router, request.expect("a request")).await;
        let status = answer.status().as_u16().to_string();
        let body = read(answer).await;
        let messages = body["messages"].as_array().into_iter().flatten();
        let words = messages.filter_map(Value::as_str);
        let words = [status.as_str()].into_iter().chain(words);
        answers.push(words.collect::<Vec<_>>().join(" "));
    }
    answers
}

/// What is answered about a new line, and the cookie that shows whose it is.
async fn open(router: &Router) -> (Value, HeaderValue) {
    let request = request("POST", "/chat/line").body("{}".into());
    let answer = ask(router, request.expect("a request")).await;
    let cookie = answer.headers().get(header::SET_COOKIE);
    let cookie = cookie.expect("it is opened").clone();
    (read(answer).await, cookie)
}

fn request(method: &str, path: &str) -> Builder {
    let request = Request::builder().method(method).uri(path);
    request.header(header::CONTENT_TYPE, "application/json")
}

async fn ask(router: &Router, request: Request<Body>) -> Response {
    let Ok(answer) = router.clone().oneshot(request).await;
    answer
}

/// The body of an answer.
async fn read(answer: Response) -> Value {
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    serde_json::from_slice(&body).unwrap_or_default()
}
