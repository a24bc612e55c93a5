//! Counts by length, as Prometheus reads them.

use std::fmt::Write as _;
use std::time::Duration;

/// How long something took, in buckets.
pub struct Histogram {
    bounds: Vec<Duration>,
    /// What took at most a bound, and longer than the one before it; and last what took longer
    /// than all of them.
    counts: Vec<u64>,
    sum: Duration,
}

impl Histogram {
    /// An empty one with these bounds, which ascend.
    pub fn new(bounds: &[Duration]) -> Self {
        Self {
            bounds: bounds.to_vec(),
            counts: vec![0; bounds.len() + 1],
            sum: Duration::ZERO,
        }
    }

    /// Counts something that took so long.
    pub fn observe(&mut self, took: Duration) {
        let bucket = self.bounds.partition_point(|bound| *bound < took);
        self.counts[bucket] += 1;
        self.sum = self.sum.saturating_add(took);
    }

    /// What Prometheus is told.
    pub fn text(&self, name: &str, labels: &[(&str, &str)]) -> String {
        let mut text = format!("# TYPE {name} histogram\n");
        let bounds = self
            .bounds
            .iter()
            .map(|bound| bound.as_secs_f64().to_string());
        let bounds = bounds.chain(["+Inf".to_owned()]);
        let mut count = 0;
        for (bound, own) in bounds.zip(&self.counts) {
            count += own;
            let labels = braced(labels.iter().copied().chain([("le", bound.as_str())]));
            line(&mut text, &format!("{name}_bucket{labels}"), count);
        }
        let labels = braced(labels.iter().copied());
        let sum = self.sum.as_secs_f64();
        line(&mut text, &format!("{name}_sum{labels}"), sum);
        line(&mut text, &format!("{name}_count{labels}"), count);
        text
    }
}

fn line(text: &mut String, sample: &str, value: impl std::fmt::Display) {
    writeln!(text, "{sample} {value}").expect("a String takes everything");
}

/// Labels as they stand behind a name; nothing if there are none.
fn braced<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let labels: Vec<String> = labels
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    match labels.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", labels.join(",")),
    }
}

fn escaped(value: &str) -> String {
    // The backslash first: the others bring new ones.
    value
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n")
}
