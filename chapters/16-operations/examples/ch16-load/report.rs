//! What all connections have noted, together.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::talker::Talked;

/// What all connections have noted.
#[derive(Debug, Default)]
pub(crate) struct Report {
    took: Duration,
    connections: usize,
    said: u64,
    accepted: Vec<Duration>,
    delivered: Vec<Duration>,
    refused: BTreeMap<String, u64>,
    missing: u64,
    doubled: u64,
    cut: BTreeMap<u16, usize>,
    /// For each room: how many were there to the end, and how much was accepted.
    rooms: BTreeMap<String, (u64, u64)>,
}

impl Report {
    pub(crate) fn new(took: Duration) -> Self {
        Self {
            took,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, talked: Talked) {
        self.connections += 1;
        self.said += talked.said;
        let room = self.rooms.entry(talked.room).or_default();
        room.0 += u64::from(talked.cut.is_none());
        room.1 += talked.accepted.len() as u64;
        self.accepted.extend(talked.accepted);
        self.delivered.extend(talked.delivered);
        for (code, count) in talked.refused {
            *self.refused.entry(code).or_default() += count;
        }
        self.missing += talked.missing;
        self.doubled += talked.doubled;
        if let Some(code) = talked.cut {
            *self.cut.entry(code).or_default() += 1;
        }
    }

    /// How many deliveries there had to be: to each who was there to the end, all that was
    /// accepted in the room.
    fn owed(&self) -> u64 {
        self.rooms
            .values()
            .map(|(there, accepted)| there * accepted)
            .sum()
    }

    /// Whether all were delivered, once and in order.
    pub(crate) fn is_good(&self) -> bool {
        let all = self.delivered.len() as u64 >= self.owed();
        all && self.missing == 0 && self.doubled == 0 && !self.accepted.is_empty()
    }
}

/// Half of them waited no longer than this, nine tenths, 99 of 100, and all.
fn shares(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort();
    let at = |share: f64| {
        let last = times.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        let time = times.get(place).copied().unwrap_or_default();
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    };
    let [half, nine, most, all] = [0.5, 0.9, 0.99, 1.0].map(at);
    format!("half {half}, 90 % {nine}, 99 % {most}, all {all}")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64();
        let each_second = |count: usize| count as f64 / seconds.max(f64::EPSILON);
        let (accepted, delivered) = (self.accepted.len(), self.delivered.len());
        writeln!(f, "connections  {}", self.connections)?;
        writeln!(f, "said         {} in {seconds:.1} s", self.said)?;
        let rate = each_second(accepted);
        writeln!(f, "accepted     {accepted}, {rate:.0} a second")?;
        writeln!(f, "  after      {}", shares(&self.accepted))?;
        let (owed, rate) = (self.owed(), each_second(delivered));
        writeln!(f, "delivered    {delivered} of {owed}, {rate:.0} a second")?;
        writeln!(f, "  after      {}", shares(&self.delivered))?;
        write!(f, "missing      {}, doubled {}", self.missing, self.doubled)?;
        for (code, count) in &self.refused {
            write!(f, "\nrefused      {count} as {code}")?;
        }
        for (code, count) in &self.cut {
            write!(f, "\ncut off      {count} with {code}")?;
        }
        Ok(())
    }
}
