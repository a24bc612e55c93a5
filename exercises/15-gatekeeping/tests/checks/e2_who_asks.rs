//! Requests that came through proxies, and some that only say so.

use std::net::IpAddr;

use ipnet::IpNet;
use wiretap::verdict::{self, Rule};

use crate::subject::e2_who_asks::client;

const BELIEVED: Rule = Rule::new(
    "chapter 15",
    "What a proxy of ours has written is believed, and what anybody else has, is not.",
);
const RIGHT: Rule = Rule::new(
    "chapter 15",
    "A list is read from the right: each proxy writes at its end.",
);
const ONE_LIST: Rule = Rule::new(
    "RFC 9110 §5.3",
    "Several lines of a field are one list, in their order.",
);
const NO_MORE: Rule = Rule::new(
    "the exercise",
    "Where nothing more or no address stands, the last one that was believed is the client.",
);
const PORT: Rule = Rule::new("the exercise", "A port and brackets do not count.");
const MAPPED: Rule = Rule::new(
    "RFC 4291 §2.5.5.2",
    "`::ffff:203.0.113.7` is the IPv4 address 203.0.113.7.",
);

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// A proxy in front of all, `10.0.0.0/8`, and others at a provider, `2001:db8:ff::/48`.
fn asks(peer: &str, lines: &[&str]) -> IpAddr {
    let proxies: Vec<IpNet> = ["10.0.0.0/8", "2001:db8:ff::/48"]
        .iter()
        .map(|net| net.parse().expect("a network"))
        .collect();
    client(address(peer), &proxies, lines)
}

fn expect(rule: Rule, wanted: &str, peer: &str, lines: &[&str]) {
    let got = asks(peer, lines);
    if got != address(wanted) {
        let why = format!(
            "{peer} sends {lines:?}. It is {wanted} that asks, and you count it for {got}."
        );
        verdict::fail(rule, why);
    }
}

/// Like `expect`, with a wrong answer that has words of its own.
fn not(rule: Rule, wrong: &str, peer: &str, lines: &[&str], why: &str) {
    if asks(peer, lines) == address(wrong) {
        let why =
            format!("{peer} sends {lines:?}, and you count it for {wrong}. {why}");
        verdict::fail(rule, why);
    }
}

#[test]
fn without_a_proxy() {
    expect(BELIEVED, "203.0.113.7", "203.0.113.7", &[]);
    let lie = ["198.51.100.1"];
    let why =
        "It is no proxy of ours: everybody could have as many addresses as they like.";
    not(BELIEVED, "198.51.100.1", "203.0.113.7", &lie, why);
    expect(BELIEVED, "203.0.113.7", "203.0.113.7", &lie);
    expect(
        BELIEVED,
        "203.0.113.7",
        "203.0.113.7",
        &["10.0.0.1, 10.0.0.2"],
    );
}

#[test]
fn behind_one_proxy() {
    expect(RIGHT, "203.0.113.7", "10.0.0.1", &["203.0.113.7"]);
    let lie = ["198.51.100.1, 203.0.113.7"];
    let why = "That was there before the proxy wrote anything: the client has sent it.";
    not(RIGHT, "198.51.100.1", "10.0.0.1", &lie, why);
    expect(RIGHT, "203.0.113.7", "10.0.0.1", &lie);
    // Not even if it lies about our own.
    expect(RIGHT, "203.0.113.7", "10.0.0.1", &["10.0.0.9, 203.0.113.7"]);
}

#[test]
fn behind_several_proxies() {
    let lines = ["198.51.100.1, 203.0.113.7, 2001:db8:ff::5, 10.0.0.2"];
    let why = "It is one of our proxies, and not the last of them.";
    not(RIGHT, "10.0.0.2", "10.0.0.1", &lines, why);
    not(RIGHT, "2001:db8:ff::5", "10.0.0.1", &lines, why);
    expect(RIGHT, "203.0.113.7", "10.0.0.1", &lines);
}

#[test]
fn in_several_lines() {
    let lines = ["198.51.100.1, 198.51.100.2", "198.51.100.3, 203.0.113.7"];
    for wrong in ["198.51.100.2", "198.51.100.1"] {
        let why = "A stranger can send a line, too. Ours has been written behind it.";
        not(ONE_LIST, wrong, "10.0.0.1", &lines, why);
    }
    expect(ONE_LIST, "203.0.113.7", "10.0.0.1", &lines);
    let lines = ["198.51.100.1", "203.0.113.7", "10.0.0.2"];
    expect(ONE_LIST, "203.0.113.7", "10.0.0.1", &lines);
    expect(
        ONE_LIST,
        "203.0.113.7",
        "10.0.0.1",
        &["203.0.113.7", "10.0.0.3,10.0.0.2"],
    );
}

#[test]
fn where_nothing_more_stands() {
    expect(NO_MORE, "10.0.0.1", "10.0.0.1", &[]);
    expect(NO_MORE, "10.0.0.1", "10.0.0.1", &[""]);
    expect(NO_MORE, "10.0.0.3", "10.0.0.1", &["10.0.0.3, 10.0.0.2"]);
    for member in [
        "unknown",
        "_hidden",
        "",
        "203.0.113",
        "203.0.113.7:port",
        "[::1",
    ] {
        let list = format!("198.51.100.1, {member}, 10.0.0.2");
        let why =
            "Who wrote what stands left of a word that is no address? Nobody knows.";
        not(NO_MORE, "198.51.100.1", "10.0.0.1", &[&list], why);
        expect(NO_MORE, "10.0.0.2", "10.0.0.1", &[&list]);
    }
}

#[test]
fn with_ports_and_brackets() {
    expect(PORT, "203.0.113.7", "10.0.0.1", &["203.0.113.7:4711"]);
    expect(PORT, "2001:db8::7", "10.0.0.1", &["[2001:db8::7]:4711"]);
    expect(PORT, "2001:db8::7", "10.0.0.1", &["[2001:db8::7]"]);
    expect(PORT, "2001:db8::7", "10.0.0.1", &["\t2001:db8::7 "]);
    let lines = ["203.0.113.7:4711, [2001:db8:ff::5]:443 ,10.0.0.2:80"];
    expect(PORT, "203.0.113.7", "10.0.0.1", &lines);
}

#[test]
fn ipv4_in_ipv6() {
    let why =
        "Is that a proxy of ours? As it stands there it is in no network of IPv4.";
    not(
        MAPPED,
        "::ffff:10.0.0.1",
        "::ffff:10.0.0.1",
        &["203.0.113.7"],
        why,
    );
    expect(MAPPED, "203.0.113.7", "::ffff:10.0.0.1", &["203.0.113.7"]);
    expect(MAPPED, "203.0.113.7", "::ffff:203.0.113.7", &[]);
    let why = "The same client has two addresses, and may do everything twice.";
    let lines = ["::ffff:203.0.113.7"];
    not(MAPPED, "::ffff:203.0.113.7", "10.0.0.1", &lines, why);
    let lines = ["203.0.113.7, [::ffff:10.0.0.2]:80"];
    expect(MAPPED, "203.0.113.7", "10.0.0.1", &lines);
}
