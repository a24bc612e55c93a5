//! Numbers with their units.

use std::fmt::{self, Display};

/// `1 byte`, `1,050 bytes`.
pub(super) struct Count(pub(super) u64);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{}\u{a0}byte{plural}", Grouped(self.0))
    }
}

/// Microseconds written as milliseconds: `50 ms`, and `0.250 ms` where it is not whole.
pub(super) struct Millis(pub(super) u64);

impl Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Grouped(self.0 / 1000);
        match self.0 % 1000 {
            0 => write!(f, "{whole}\u{a0}ms"),
            rest => write!(f, "{whole}.{rest:03}\u{a0}ms"),
        }
    }
}

/// Digits in groups of three.
struct Grouped(u64);

impl Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}
