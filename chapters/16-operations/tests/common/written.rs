//! What a server writes, in memory.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard};

use operations::{Format, Level, LogConfig, subscriber};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// A clone is another handle on the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// From now on, what happens on this thread is written here.
    pub(crate) fn begin(&self, format: Format, level: Level) -> impl Sized + use<> {
        subscriber(&LogConfig { format, level }, self.clone()).set_default()
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().expect("nobody panics")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes().clone()).expect("text")
    }

    /// Each line, as the object that it has to be.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.text().lines().map(parse).collect()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
