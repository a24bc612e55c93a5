//! Times as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The longest one: a year. Whoever wants more has forgotten a unit.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// The units, and how many milliseconds each has; the larger first.
const UNITS: [(&str, u64); 5] = [
    ("d", 24 * 3600 * 1000),
    ("h", 3600 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// A time: a whole number and its unit, `ms`, `s`, `m`, `h` or `d`, as in `10s`. A year at
/// most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period(Duration);

impl Period {
    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// So many milliseconds.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(Duration::from_millis(milliseconds))
    }
}

impl From<Period> for Duration {
    fn from(period: Period) -> Self {
        period.0
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
        let millis = number.parse::<u64>().ok().zip(unit);
        let millis = millis.and_then(|(number, (_, unit))| number.checked_mul(*unit));
        let duration = millis.map(Duration::from_millis);
        match duration {
            Some(duration) if duration <= LONGEST => Ok(Self(duration)),
            Some(_) => Err(format!("`{text}` is more than a year")),
            None => Err(format!(
                "`{text}` is no time: write a whole number and its unit, \
                 as in 250ms, 10s, 5m, 2h or 14d"
            )),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        let whole = |unit: u64| millis > 0 && millis.is_multiple_of(unit.into());
        let unit = UNITS.iter().find(|(_, unit)| whole(*unit));
        match unit {
            Some((name, unit)) => write!(f, "{}{name}", millis / u128::from(*unit)),
            None => write!(f, "0s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_written_as_people_write_it() {
        for text in ["250ms", "10s", "90s", "5m", "2h", "14d", "0s"] {
            let period: Period = text.parse().expect(text);
            assert_eq!(period.to_string(), text);
        }
        assert_eq!("60s".parse(), "1m".parse::<Period>());
        assert_eq!("10 s".parse(), Ok(Period::from_secs(10)));
    }

    #[test]
    fn what_is_no_time_is_told_what_one_is() {
        for text in [
            "",
            "10",
            "s",
            "ten seconds",
            "-1s",
            "1.5s",
            "99999999999999999999s",
        ] {
            let error = text.parse::<Period>().expect_err(text);
            assert!(error.contains("as in 250ms"), "{error}");
        }
        let error = "366d".parse::<Period>().expect_err("too long");
        assert!(error.contains("more than a year"), "{error}");
    }
}
