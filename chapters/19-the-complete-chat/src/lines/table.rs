//! Which lines there are.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use backpressure::{Place, Places};

use super::limits::LineLimits;
use super::refusal::Refusal;
use super::shared::Shared;

/// A line's name: 128 random bits, as hexadecimal digits. Whoever knows it has the line, so
/// it is shown to nobody else.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LineName(u128);

impl LineName {
    fn new() -> Self {
        Self(rand::random())
    }

    /// For the client alone.
    pub(super) fn reveal(self) -> String {
        format!("{:032x}", self.0)
    }
}

impl fmt::Debug for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LineName(..)")
    }
}

impl FromStr for LineName {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(is_hex) {
            return Err(Refusal::NoSuchLine);
        }
        let name = u128::from_str_radix(text, 16);
        name.map(Self).map_err(|_| Refusal::NoSuchLine)
    }
}

/// Which lines there are.
#[derive(Debug)]
pub(super) struct Table {
    most: usize,
    places: Arc<Places>,
    lines: Mutex<HashMap<LineName, Arc<Shared>>>,
}

/// A line's place in the table. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    table: Arc<Table>,
    name: LineName,
    _place: Place,
}

impl Table {
    pub(super) fn new(limits: &LineLimits) -> Arc<Self> {
        Arc::new(Self {
            most: limits.lines,
            places: Places::new(limits.lines_per_address),
            lines: Mutex::default(),
        })
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<LineName, Arc<Shared>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a line of this address, under a new name.
    pub(super) fn enter(
        self: &Arc<Self>,
        shared: Arc<Shared>,
        address: IpAddr,
    ) -> Result<Entry, Refusal> {
        let place = self.places.take(address).ok_or(Refusal::TooManyOfAddress)?;
        let mut lines = self.lines();
        if lines.len() >= self.most {
            return Err(Refusal::TooMany);
        }
        let name = LineName::new();
        lines.insert(name, shared);
        Ok(Entry {
            table: Arc::clone(self),
            name,
            _place: place,
        })
    }

    pub(super) fn find(&self, name: &str) -> Result<Arc<Shared>, Refusal> {
        let found = self.lines().get(&name.parse()?).cloned();
        found.ok_or(Refusal::NoSuchLine)
    }

    pub(super) fn len(&self) -> usize {
        self.lines().len()
    }
}

impl Entry {
    pub(super) fn name(&self) -> LineName {
        self.name
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.table.lines().remove(&self.name);
    }
}
