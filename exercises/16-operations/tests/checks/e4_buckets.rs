//! Histograms, as text.

use std::time::Duration;

use wiretap::verdict::{self, Rule};

use crate::subject::e4_buckets::Histogram;

const FORMAT: Rule = Rule::new(
    "Prometheus, text format 0.0.4",
    "A histogram is its type, its buckets, its sum and its count, a line each.",
);
const CUMULATIVE: Rule = Rule::new(
    "Prometheus, text format 0.0.4",
    "A bucket counts everything that is at most its bound, and `+Inf` counts everything.",
);
const SECONDS: Rule = Rule::new("Prometheus, naming", "Times are in seconds.");
const ESCAPED: Rule = Rule::new(
    "Prometheus, text format 0.0.4",
    r#"In a label's value, `\`, `"` and the line feed are written as `\\`, `\"` and `\n`."#,
);

fn us(us: u64) -> Duration {
    Duration::from_micros(us)
}

fn histogram(times: &[Duration]) -> Histogram {
    let mut histogram = Histogram::new(&[us(1_000), us(10_000)]);
    for took in times {
        histogram.observe(*took);
    }
    histogram
}

/// The numbers behind the lines whose names end so.
fn numbers<'a>(text: &'a str, of: &str) -> Vec<&'a str> {
    text.lines()
        .filter(|line| line.contains(of))
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(_, number)| number)
        .collect()
}

#[test]
fn the_buckets() {
    let times = [
        us(200),
        us(500),
        us(3_000),
        us(7_000),
        us(9_000),
        us(70_000),
    ];
    let text = histogram(&times).text("fsync_seconds", &[]);
    let buckets = numbers(&text, "_bucket");
    let why =
        "Each of them counts only what is its own. How many took at most 10 ms? Five.";
    verdict::mistake(CUMULATIVE, vec!["2", "3", "1"], buckets.clone(), why);
    let why = "What took longer than all bounds is in no bucket: `+Inf` is missing.";
    verdict::mistake(CUMULATIVE, vec!["2", "5"], buckets.clone(), why);
    verdict::equal(CUMULATIVE, vec!["2", "5", "6"], buckets);

    let text = histogram(&[us(1_000), us(10_000)]).text("fsync_seconds", &[]);
    let buckets = numbers(&text, "_bucket");
    let why = "A time of 1 ms is at most 1 ms: `le` is less or equal.";
    verdict::mistake(CUMULATIVE, vec!["0", "1", "2"], buckets.clone(), why);
    verdict::equal(CUMULATIVE, vec!["1", "2", "2"], buckets);
}

#[test]
fn the_text_of_the_statement() {
    let times = [us(500), us(4_000), us(2_000_000)];
    let text = histogram(&times).text("fsync_seconds", &[("file", "rooms.db")]);
    let sum = numbers(&text, "_sum");
    let number = sum.first().and_then(|sum| sum.parse::<f64>().ok());
    if number.is_some_and(|sum| sum > 100.0) {
        let why =
            format!("The name says seconds, and the sum of three times is {sum:?}.");
        verdict::fail(SECONDS, why);
    }
    let wanted = r#"# TYPE fsync_seconds histogram
fsync_seconds_bucket{file="rooms.db",le="0.001"} 1
fsync_seconds_bucket{file="rooms.db",le="0.01"} 2
fsync_seconds_bucket{file="rooms.db",le="+Inf"} 3
fsync_seconds_sum{file="rooms.db"} 2.0045
fsync_seconds_count{file="rooms.db"} 3
"#;
    verdict::text(FORMAT, wanted, text);
}

#[test]
fn without_a_label_and_without_a_time() {
    let wanted = r#"# TYPE fsync_seconds histogram
fsync_seconds_bucket{le="0.001"} 0
fsync_seconds_bucket{le="0.01"} 0
fsync_seconds_bucket{le="+Inf"} 0
fsync_seconds_sum 0
fsync_seconds_count 0
"#;
    let text = histogram(&[]).text("fsync_seconds", &[]);
    if text.contains("{}") {
        verdict::fail(FORMAT, "Empty braces stand behind a name.");
    }
    verdict::text(FORMAT, wanted, text);

    // No bound is no bucket but the one for everything.
    let mut none = Histogram::new(&[]);
    none.observe(Duration::from_secs(3));
    let wanted = "# TYPE t histogram\nt_bucket{le=\"+Inf\"} 1\nt_sum 3\nt_count 1\n";
    verdict::text(FORMAT, wanted, none.text("t", &[]));
}

#[test]
fn a_rooms_name() {
    let room = "pier \"3\"\n\\new";
    let text = histogram(&[us(1)]).text("t", &[("node", "a"), ("room", room)]);
    let lines = text.lines().count();
    if lines > 6 {
        let why = format!(
            "Six lines are asked for, and {lines} are there: a room's name has made new ones."
        );
        verdict::fail(ESCAPED, why);
    }
    let first = text.lines().nth(1).unwrap_or_default();
    if first.contains(r#"\\""#) || first.contains(r"\\n\\") {
        let why = format!(
            "`{first}`: a backslash that you have put in is escaped once more. Which of the \
             three comes first?"
        );
        verdict::fail(ESCAPED, why);
    }
    let wanted = r#"t_bucket{node="a",room="pier \"3\"\n\\new",le="0.001"} 1"#;
    verdict::text(ESCAPED, wanted, first);
    let last = text.lines().last().unwrap_or_default();
    let wanted = r#"t_count{node="a",room="pier \"3\"\n\\new"} 1"#;
    verdict::text(ESCAPED, wanted, last);
}
