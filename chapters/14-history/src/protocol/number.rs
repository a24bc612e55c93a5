//! The numbers of entries, as a client may name them.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};

use super::MAX_NUMBER;

/// Reads a number. Beyond [`MAX_NUMBER`] a browser would read another one than was written.
pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(from)?;
    if number <= MAX_NUMBER {
        return Ok(number);
    }
    let expected = "a number up to 9007199254740991";
    Err(D::Error::invalid_value(
        Unexpected::Unsigned(number),
        &expected,
    ))
}

/// The same, where there may be none.
pub(super) fn option<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Number(#[serde(deserialize_with = "number")] u64);
    let number = Option::<Number>::deserialize(from)?;
    Ok(number.map(|Number(number)| number))
}
