//! What is written about what happens.

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::Subscriber as Writing;

use crate::config::{Format, Level, LogConfig};

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => Self::OFF,
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}

/// Writes events as the configuration says. As JSON each is one line, an object: `timestamp`,
/// `level`, `message`, the event's own fields, and as `span` what it was about: the
/// connection, its number and its address.
///
/// Nothing that a client has sent is in it but the name of who has come in, and no path of
/// a request, since some have a secret in them. In a line, a name is quoted and escaped.
pub fn subscriber<W>(config: &LogConfig, to: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let writing = Writing::builder()
        .with_max_level(LevelFilter::from(config.level))
        .with_ansi(false)
        // Where in the program it is written says nothing to an operator.
        .with_target(false)
        .with_writer(to);
    match config.format {
        Format::Text => Box::new(writing.finish()),
        Format::Json => Box::new(
            writing
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .finish(),
        ),
    }
}
