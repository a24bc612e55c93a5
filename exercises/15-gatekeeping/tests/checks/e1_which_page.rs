//! Pages that open a WebSocket, and where they come from.

use wiretap::verdict::{self, Rule};

use crate::subject::e1_which_page::lets_in;

const LISTED: Rule = Rule::new(
    "RFC 6455 §10.2",
    "A server lets in the origins that it has listed, and no others.",
);
const ORIGIN: Rule = Rule::new(
    "RFC 6454 §4",
    "An origin is a scheme, a host and a port: two are the same when all three are.",
);
const WRITTEN: Rule = Rule::new(
    "RFC 6454 §6.2",
    "Scheme and host are in small letters, and a scheme's own port is left out.",
);
const PROGRAM: Rule = Rule::new(
    "the exercise",
    "What is no browser sends no Origin, and is let in.",
);

const OWN: [&str; 4] = [
    "https://chat.example",
    "https://chat.example:8443",
    "http://[2001:db8::7]:3000",
    "http://localhost:3000",
];

fn refuse(rule: Rule, own: &[&str], origin: &str, why: &str) {
    if lets_in(own, Some(origin)) {
        let why = format!("Our pages are at {own:?}, and `{origin}` is let in. {why}");
        verdict::fail(rule, why);
    }
}

fn admit(rule: Rule, own: &[&str], origin: &str, why: &str) {
    if !lets_in(own, Some(origin)) {
        let why = format!("Our pages are at {own:?}, and `{origin}` is refused. {why}");
        verdict::fail(rule, why);
    }
}

#[test]
fn pages_of_others() {
    for (origin, why) in [
        (
            "http://203.0.113.9",
            "Anybody can have a server at an address.",
        ),
        (
            "http://[2001:db8::1]:3000",
            "Anybody can have a server at an address.",
        ),
        (
            "http://127.0.0.1:3000",
            "It is this machine, and another program's page.",
        ),
        (
            "http://evil.localhost:3000",
            "It is another program's page.",
        ),
        (
            "file://",
            "A file that somebody was sent is no page of ours.",
        ),
        (
            "chrome-extension://kbgnjkpbk",
            "An extension is no page of ours.",
        ),
        (
            "null",
            "Every sandboxed frame is called so, whoever has made it.",
        ),
        ("https://evil.example", "It is somebody else's."),
    ] {
        refuse(LISTED, &OWN, origin, why);
    }
    // Even if somebody has listed it.
    let why = "It is the origin of nobody in particular, and so it cannot be listed.";
    refuse(LISTED, &["null"], "null", why);
    refuse(LISTED, &[], "https://chat.example", "None is listed.");
}

#[test]
fn three_parts() {
    let scheme = "Whoever can change what passes on the network can write that page.";
    refuse(ORIGIN, &OWN, "http://chat.example", scheme);
    refuse(ORIGIN, &OWN, "http://chat.example:8443", scheme);
    refuse(ORIGIN, &OWN, "http://chat.example:443", scheme);
    refuse(
        ORIGIN,
        &["http://chat.example"],
        "https://chat.example:80",
        "",
    );
    let port = "Another program may listen there.";
    refuse(ORIGIN, &OWN, "https://chat.example:8080", port);
    refuse(ORIGIN, &OWN, "https://chat.example:80", port);
    refuse(ORIGIN, &OWN, "http://localhost", port);
    refuse(ORIGIN, &OWN, "http://localhost:30000", port);
    for host in [
        "evilchat.example",
        "a.chat.example",
        "chat.example.evil.example",
    ] {
        let origin = format!("https://{host}");
        refuse(ORIGIN, &OWN, &origin, "It is another host.");
    }
    let why = "What stands before the @ is no host.";
    refuse(ORIGIN, &OWN, "https://chat.example@evil.example", why);
}

#[test]
fn our_own_pages() {
    if !lets_in(&OWN, None) {
        verdict::fail(PROGRAM, "No Origin was sent, and it is refused.");
    }
    for origin in OWN {
        admit(LISTED, &OWN, origin, "It is one of them.");
    }
    for (own, origin) in [
        ("https://Chat.Example", "https://chat.example"),
        ("HTTPS://chat.example", "https://chat.example"),
        ("https://chat.example:443", "https://chat.example"),
        ("http://chat.example:80", "http://chat.example"),
        ("https://chat.example/", "https://chat.example"),
        ("https://chat.example:8443/", "https://chat.example:8443"),
        ("http://[2001:DB8::7]:80/", "http://[2001:db8::7]"),
        ("http://[2001:db8::7]", "http://[2001:db8::7]"),
    ] {
        let why = "A person has written it otherwise, and means the same.";
        admit(WRITTEN, &[own], origin, why);
    }
}
