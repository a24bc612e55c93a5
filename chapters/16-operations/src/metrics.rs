//! What a server counts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

/// What [`Metrics::text`] is, in HTTP's words.
pub const CONTENT_TYPE: &str =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From a tenth of a millisecond to a disk that is about to fail, in seconds.
const TIMES: [f64; 14] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 5.0,
];

/// How many posts a commit is for: it is 256 at most.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// How long a conversation lasts, from a second to a day, in seconds.
const STAYS: [f64; 8] = [1.0, 10.0, 60.0, 300.0, 1800.0, 3600.0, 21_600.0, 86_400.0];

/// The kinds of trouble that a log may have.
pub(crate) const TROUBLES: [&str; 7] = [
    "full",
    "unwritable",
    "locked",
    "foreign",
    "slow_search",
    "sqlite",
    "stopped",
];

/// One label, and a value that is ours and not a client's.
type Label<T = &'static str> = [(&'static str, T); 1];

/// What a server counts. A clone counts in the same place.
///
/// No label has a value that a client chooses. So there are only so many series, whatever
/// clients do; and no name of a person or a room is in any of them.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    counts: Arc<Counts>,
}

/// The figures themselves.
pub(crate) struct Counts {
    /// Conversations that there are, by what they go over.
    pub(crate) open: Family<Label, Gauge>,
    pub(crate) opened: Family<Label, Counter>,
    /// Ends that were the server's doing, by the code of its Close.
    pub(crate) closes: Family<Label<u16>, Counter>,
    pub(crate) stays: Histogram,
    pub(crate) heard: Counter,
    pub(crate) deliveries: Counter,
    pub(crate) waiting_readers: Gauge,
    /// What clients were told that something is wrong, by the code of the error.
    pub(crate) refusals: Family<Label<String>, Counter>,
    pub(crate) requests: Family<Label<u16>, Counter>,
    pub(crate) waiting_posts: Gauge,
    pub(crate) appends: Histogram,
    pub(crate) commits: Histogram,
    pub(crate) batches: Histogram,
    pub(crate) reads: Family<Label, Counter>,
    pub(crate) log_errors: Family<Label, Counter>,
    pub(crate) drains: Counter,
    pub(crate) draining: Gauge,
}

impl Counts {
    fn new() -> Self {
        Self {
            stays: Histogram::new(STAYS),
            appends: Histogram::new(TIMES),
            commits: Histogram::new(TIMES),
            batches: Histogram::new(BATCHES),
            open: Family::default(),
            opened: Family::default(),
            closes: Family::default(),
            heard: Counter::default(),
            deliveries: Counter::default(),
            waiting_readers: Gauge::default(),
            refusals: Family::default(),
            requests: Family::default(),
            waiting_posts: Gauge::default(),
            reads: Family::default(),
            log_errors: Family::default(),
            drains: Counter::default(),
            draining: Gauge::default(),
        }
    }
}

/// A registry that is being filled.
struct Filling(Registry);

impl Filling {
    fn count(&mut self, name: &str, help: &str, metric: &(impl Metric + Clone)) {
        self.0.register(name, help, metric.clone());
    }

    fn time(&mut self, name: &str, help: &str, metric: &Histogram) {
        let metric = metric.clone();
        self.0.register_with_unit(name, help, Unit::Seconds, metric);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All of them at nothing.
    pub fn new() -> Self {
        let counts = Counts::new();
        let mut all = Filling(Registry::with_prefix("chat"));
        register_conversations(&mut all, &counts);
        register_log(&mut all, &counts);
        let help = "Drains that have begun";
        all.count("drains", help, &counts.drains);
        let help = "1 while the server drains";
        all.count("draining", help, &counts.draining);
        let metrics = Self {
            registry: Arc::new(all.0),
            counts: Arc::new(counts),
        };
        metrics.begin();
        metrics
    }

    /// Series that there are from the start, at nothing: whoever is to be woken by one of
    /// them could not tell one that is missing from one at rest.
    fn begin(&self) {
        let counts = &self.counts;
        drop(counts.open.get_or_create(&[("over", "websocket")]));
        drop(counts.opened.get_or_create(&[("over", "websocket")]));
        drop(counts.closes.get_or_create(&[("code", 1012)]));
        drop(
            counts
                .refusals
                .get_or_create(&[("code", "rate".to_owned())]),
        );
        for status in [429, 503] {
            drop(counts.requests.get_or_create(&[("status", status)]));
        }
        for kind in TROUBLES {
            drop(counts.log_errors.get_or_create(&[("kind", kind)]));
        }
        for of in ["entries", "page", "search"] {
            drop(counts.reads.get_or_create(&[("of", of)]));
        }
    }

    /// All figures, as Prometheus reads them: of the type [`CONTENT_TYPE`].
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a String takes everything");
        text
    }

    /// Counts a commit, with its sync: how long it took, and for how many posts it was. For
    /// [`Options::on_commit`](history::Options).
    pub fn committed(&self, took: Duration, posts: usize) {
        self.counts.commits.observe(took.as_secs_f64());
        self.counts.batches.observe(posts as f64);
    }

    pub(crate) fn draining(&self) {
        self.counts.drains.inc();
        self.counts.draining.set(1);
    }

    pub(crate) fn requested(&self, status: u16) {
        let label = [("status", status)];
        self.counts.requests.get_or_create(&label).inc();
    }

    pub(crate) fn counts(&self) -> &Arc<Counts> {
        &self.counts
    }
}

fn register_conversations(all: &mut Filling, counts: &Counts) {
    let help = "Conversations that are open, by what they go over";
    all.count("connections", help, &counts.open);
    let help = "Conversations that were opened";
    all.count("opened", help, &counts.opened);
    let help = "Conversations that the server has closed, by the code it gave";
    all.count("closes", help, &counts.closes);
    let help = "How long conversations lasted";
    all.time("conversation", help, &counts.stays);
    let help = "Messages that clients have sent";
    all.count("heard", help, &counts.heard);
    let help = "Messages that clients were sent";
    all.count("deliveries", help, &counts.deliveries);
    let help = "Conversations that wait for their client to read";
    all.count("waiting_readers", help, &counts.waiting_readers);
    let help = "Messages that were refused, by the code of the error";
    all.count("refusals", help, &counts.refusals);
    let help = "Requests over HTTP, by status";
    all.count("requests", help, &counts.requests);
}

fn register_log(all: &mut Filling, counts: &Counts) {
    let help = "Posts that wait for the log to accept them";
    all.count("waiting_posts", help, &counts.waiting_posts);
    let help = "From a post to its acceptance";
    all.time("append", help, &counts.appends);
    let help = "Commits of the log, each with its sync";
    all.time("commit", help, &counts.commits);
    let help = "How many posts a commit was for";
    all.count("commit_posts", help, &counts.batches);
    let help = "Queries of the log, by what was asked for";
    all.count("reads", help, &counts.reads);
    let help = "What went wrong with the log, by kind";
    all.count("log_errors", help, &counts.log_errors);
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Counts as long as it is there.
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
