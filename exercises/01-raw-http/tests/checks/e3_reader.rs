//! The same orders, cut into reads in every way.

use wiretap::verdict::{self, Rule};

use crate::subject::e3_reader::{Order, Reader};

const STREAM: Rule = Rule::new(
    "RFC 9112 §9.3.2",
    "A stream is one request after the other; a read is any piece of it.",
);
const LENGTH: Rule = Rule::new(
    "RFC 9112 §6.3",
    "The body is as long as Content-Length says, and what comes after it is the next \
     request.",
);

const ORDERS: [(&str, &str); 3] = [("/tea", "two pots"), ("/list", ""), ("/cake", "1")];

fn bytes_of((target, body): (&str, &str)) -> String {
    let length = body.len();
    format!(
        "POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn stream() -> String {
    ORDERS.map(bytes_of).concat()
}

fn order((target, body): (&str, &str)) -> Order {
    Order {
        target: target.to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

/// The targets and bodies, as text: what a reader makes of these reads.
fn read_all<'a>(reads: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut reader = Reader::default();
    reads
        .into_iter()
        .flat_map(|read| reader.receive(read.as_bytes()))
        .map(|order| show(&order))
        .collect()
}

fn show(order: &Order) -> String {
    format!(
        "{} {:?}",
        order.target,
        String::from_utf8_lossy(&order.body)
    )
}

fn expected() -> Vec<String> {
    ORDERS.map(|o| show(&order(o))).to_vec()
}

#[test]
fn a_body_ends_where_its_length_says() {
    let stream = stream();
    let yours = read_all([stream.as_str()]);
    let first = yours.first().cloned().unwrap_or_default();
    if first.contains("POST") {
        let why = format!(
            "Your first order is\n  {first}\nThe next request is in it: a body is as long \
             as it says, not as long as what has been read."
        );
        verdict::fail(LENGTH, why);
    }
    verdict::equal(LENGTH, &expected()[0], &first);
}

#[test]
fn three_orders_in_one_read() {
    let stream = stream();
    let yours = read_all([stream.as_str()]);
    if yours.len() < ORDERS.len() {
        let why = format!(
            "Three orders came in one read, and you found {}. The others are complete: \
             no read will come to wake you up.",
            yours.len()
        );
        verdict::fail(STREAM, why);
    }
    verdict::equal(STREAM, expected(), yours);
}

#[test]
fn an_order_and_half_of_the_next() {
    let stream = stream();
    let half = bytes_of(ORDERS[0]).len() + 10;
    let (first, second) = stream.split_at(half);
    let yours = read_all([first, second]);
    if yours.len() < ORDERS.len() {
        let why = format!(
            "The first read brought an order and {} bytes of the next one. You found {} \
             of three orders: what was left of that read is gone.",
            10,
            yours.len()
        );
        verdict::fail(STREAM, why);
    }
    verdict::equal(STREAM, expected(), yours);
}

#[test]
fn cut_at_every_byte() {
    let stream = stream();
    for cut in 0..=stream.len() {
        let (first, second) = stream.split_at(cut);
        let yours = read_all([first, second]);
        if yours != expected() {
            let why = format!(
                "Cut after {cut} of {} bytes, the same stream gives\n  {}\ninstead of\n  {}",
                stream.len(),
                yours.join("\n  "),
                expected().join("\n  "),
            );
            verdict::fail(STREAM, why);
        }
    }
}

#[test]
fn the_next_order_is_taken_as_soon_as_it_is_complete() {
    let stream = stream();
    let mut reader = Reader::default();
    let mut done = Vec::new();
    for (at, byte) in stream.bytes().enumerate() {
        for order in reader.receive(&[byte]) {
            done.push((at + 1, show(&order)));
        }
    }
    let mut end = 0;
    let expected: Vec<_> = ORDERS
        .map(|o| {
            end += bytes_of(o).len();
            (end, show(&order(o)))
        })
        .to_vec();
    // What the broken reader does right byte by byte, it does wrong in one read.
    verdict::equal(STREAM, expected, done);
    let yours = read_all([stream.as_str()]);
    verdict::equal(STREAM, self::expected(), yours);
}
