//! mdBook's warnings, caught: what it warns of is an error in this book.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Level, Metadata, Subscriber};

/// Runs `work` and returns its result with the warnings it gave on this thread.
pub(super) fn collect<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let collector = Collector(Arc::clone(&warnings));
    let result = tracing::subscriber::with_default(collector, work);
    let warnings =
        std::mem::take(&mut *warnings.lock().unwrap_or_else(PoisonError::into_inner));
    (result, warnings)
}

struct Collector(Arc<Mutex<Vec<String>>>);

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("mdbook")
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message.0);
    }

    // Spans carry nothing that a warning needs.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_of_mdbook_are_collected_and_nothing_else() {
        let (result, warnings) = collect(|| {
            tracing::warn!(target: "mdbook_html::html", "unclosed `{}`", "<p>");
            tracing::info!(target: "mdbook_html", "building");
            tracing::warn!(target: "other", "noise");
            7
        });
        assert_eq!((result, warnings), (7, vec!["unclosed `<p>`".to_owned()]));
    }
}
