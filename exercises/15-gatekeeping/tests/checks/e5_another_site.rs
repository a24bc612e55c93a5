//! What Chromium did is compared with the prediction.

use wiretap::verdict::{self, Rule};

use crate::subject::e5_another_site::prediction;

const WORDS: Rule = Rule::new("the exercise", "Each is `with`, `without` or `never`.");
const SITE: Rule = Rule::new(
    "RFC 6265bis §5.2",
    "SameSite is about sites: two ports of a host, and a host and the one below it, are one.",
);
const SOCKET: Rule = Rule::new(
    "RFC 6455 §10.2",
    "A page may open a WebSocket to any server: nobody asks that server beforehand.",
);
const SIMPLE: Rule = Rule::new(
    "Fetch, CORS protocol",
    "What a form could have sent is sent without a question beforehand.",
);
const PREFLIGHT: Rule = Rule::new(
    "Fetch, CORS protocol",
    "A JSON body to another origin needs leave beforehand, and the server gives none.",
);
const LAX: Rule = Rule::new(
    "RFC 6265bis §4.1.2.7",
    "`Lax` lets the cookie through where somebody goes from another site to ours with a GET, and \
     nowhere else.",
);
const RECORDED: Rule =
    Rule::new("a test in Chromium", "This is what came of the eight.");

#[test]
fn what_comes_of_eight_requests() {
    let yours = prediction();
    for (at, word) in yours.iter().enumerate() {
        if !["with", "without", "never"].contains(word) {
            verdict::fail(WORDS, format!("Number {} is `{word}`.", at + 1));
        }
    }
    known_mistakes(&yours);
    let lines = yours.iter().zip(1..);
    let lines: String = lines.map(|(word, at)| format!("{at} {word}\n")).collect();
    let lines = lines.as_bytes();
    verdict::snapshot!("seen", RECORDED, lines);
}

/// What is easily taken for the answer, and why it is not.
fn known_mistakes(yours: &[&str; 8]) {
    let mistake = |number: usize, wrong: &str, rule, why: &str| {
        if yours[number - 1] == wrong {
            verdict::fail(rule, format!("Number {number} is `{wrong}`? {why}"));
        }
    };
    for number in [1, 2, 3] {
        let why =
            "No rule keeps a page from opening it. `Origin` tells the server who does.";
        mistake(number, "never", SOCKET, why);
    }
    let why =
        "The page is of another site, and a WebSocket is nowhere that Ann goes to.";
    mistake(1, "with", LAX, why);
    let why = "It is another origin, and the same site: the port does not count.";
    mistake(2, "without", SITE, why);
    let why = "It is another origin, and the same site: `chat.localhost`.";
    mistake(3, "without", SITE, why);
    let why = "`mode: 'no-cors'` says that the page does without the answer. The request is \
               sent.";
    mistake(4, "never", SIMPLE, why);
    let why = "`credentials: 'include'` asks for the cookie, and the cookie says where it goes.";
    mistake(4, "with", LAX, why);
    for number in [5, 8] {
        for wrong in ["with", "without"] {
            let why = "No form could have sent that, so the browser asks beforehand.";
            mistake(number, wrong, PREFLIGHT, why);
        }
    }
    let why = "Ann goes from another site to ours, but with a POST.";
    mistake(6, "with", LAX, why);
    mistake(6, "never", SIMPLE, "A form may lead anywhere.");
    let why = "Ann goes from another site to ours with a GET: a link to a friend's page is to \
               find her signed in. So a GET must change nothing.";
    mistake(7, "without", LAX, why);
    mistake(7, "never", SIMPLE, "A link may lead anywhere.");
}
