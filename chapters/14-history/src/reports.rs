//! What an operator is told of a trouble that does not end.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::LogError;

/// So many troubles are known at a time; a further one takes the place of the oldest.
const MOST: usize = 16;

/// Makes lines for an operator: one for each trouble, and while it lasts one more now and
/// then, with a count. Every message that a full disk refuses is the same trouble, and every
/// client says its messages again.
#[derive(Debug)]
pub struct Reports {
    every: Duration,
    known: Mutex<Vec<Trouble>>,
}

#[derive(Debug)]
struct Trouble {
    error: LogError,
    told: Instant,
    /// How often there was no line for it since.
    untold: u64,
}

impl Reports {
    /// Of a trouble that lasts there is a line each `every`, at most.
    pub fn new(every: Duration) -> Self {
        let known = Mutex::default();
        Self { every, known }
    }

    /// The line for an error that has happened `now`, if there is to be one.
    pub fn line(&self, error: &LogError, now: Instant) -> Option<String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = error.to_string();
        let Some(at) = known.iter().position(|trouble| trouble.error == *error) else {
            known.truncate(MOST - 1);
            let (error, told, untold) = (error.clone(), now, 0);
            let trouble = Trouble {
                error,
                told,
                untold,
            };
            known.insert(0, trouble);
            return Some(line);
        };
        let trouble = &mut known[at];
        if now.saturating_duration_since(trouble.told) < self.every {
            trouble.untold += 1;
            return None;
        }
        if trouble.untold > 0 {
            let _ = write!(line, " ({} more since the last line)", trouble.untold);
        }
        trouble.told = now;
        trouble.untold = 0;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn full() -> LogError {
        LogError::Full(PathBuf::from("rooms.db"))
    }

    fn locked() -> LogError {
        LogError::Locked(PathBuf::from("rooms.db"), Duration::from_secs(5))
    }

    #[test]
    fn a_trouble_that_lasts_is_told_once_and_then_counted() {
        let reports = Reports::new(MINUTE);
        let start = Instant::now();
        assert_eq!(reports.line(&full(), start), Some(full().to_string()));
        for _ in 0..533 {
            assert_eq!(reports.line(&full(), start + MINUTE / 2), None);
        }
        let later = reports.line(&full(), start + MINUTE).expect("a line");
        assert!(later.ends_with("(533 more since the last line)"), "{later}");
        assert_eq!(reports.line(&full(), start + MINUTE), None);
        let last = reports
            .line(&full(), start + MINUTE + MINUTE)
            .expect("a line");
        assert!(last.contains("(1 more"), "{last}");
        let again = reports.line(&full(), start + MINUTE * 3);
        assert_eq!(again, Some(full().to_string()), "none in between");
    }

    #[test]
    fn another_trouble_is_told_at_once_and_two_do_not_hide_each_other() {
        let reports = Reports::new(MINUTE);
        let start = Instant::now();
        assert!(reports.line(&full(), start).is_some());
        assert!(reports.line(&locked(), start).is_some());
        for _ in 0..10 {
            assert_eq!(reports.line(&full(), start), None);
            assert_eq!(reports.line(&locked(), start), None);
        }
    }

    #[test]
    fn only_so_many_are_known() {
        let reports = Reports::new(MINUTE);
        let start = Instant::now();
        for number in 0..1000 {
            let error = LogError::Sqlite(PathBuf::new(), number.to_string());
            assert!(reports.line(&error, start).is_some());
        }
        let known = reports.known.lock().expect("no panic");
        assert_eq!(known.len(), MOST);
    }
}
