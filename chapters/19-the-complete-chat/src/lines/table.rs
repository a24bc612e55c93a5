//! Which lines there are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use backpressure::{Place, Places};

use super::key;
use super::limits::LineLimits;
use super::refusal::Refusal;
use super::shared::Shared;
use super::token::Token;

/// Whose it is, and both ends of it.
#[derive(Debug)]
struct Line {
    key: Token,
    shared: Arc<Shared>,
}

/// Which lines there are.
#[derive(Debug)]
pub(super) struct Table {
    most: usize,
    places: Arc<Places>,
    lines: Mutex<HashMap<Token, Line>>,
}

/// A line's place in the table. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    table: Arc<Table>,
    name: Token,
    key: Token,
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

    fn lines(&self) -> MutexGuard<'_, HashMap<Token, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a line of this address, under a new name and with a new key.
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
        let (name, key) = (Token::new(), Token::new());
        lines.insert(name, Line { key, shared });
        Ok(Entry {
            table: Arc::clone(self),
            name,
            key,
            _place: place,
        })
    }

    /// A line of this name, for a request that shows its key. Without it, nobody is told
    /// whether there is such a line.
    pub(super) fn find(
        &self,
        name: Token,
        asked: &HeaderMap,
    ) -> Result<Arc<Shared>, Refusal> {
        let lines = self.lines();
        let line = lines.get(&name).ok_or(Refusal::NoSuchLine)?;
        match key::is_shown(line.key, asked) {
            true => Ok(Arc::clone(&line.shared)),
            false => Err(Refusal::NoSuchLine),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.lines().len()
    }
}

impl Entry {
    pub(super) fn name(&self) -> Token {
        self.name
    }

    pub(super) fn key(&self) -> Token {
        self.key
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.table.lines().remove(&self.name);
    }
}
