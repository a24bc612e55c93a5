//! What a connection does when the time has come.

use std::time::Instant;

use frames::Opcode;

use super::Connection;
use super::state::Tick;
use crate::event::Closed;

impl Connection {
    /// Whether there is a [`deadline`](Self::deadline), or else nobody need look at a clock.
    #[inline]
    pub fn watches_the_time(&self) -> bool {
        !self.is_open() || self.config.keepalive.is_some()
    }

    /// When [`tick`](Self::tick) is due, if nothing happens before. A wait that has begun
    /// since the last call begins now.
    pub fn deadline(&mut self, now: Instant) -> Option<Instant> {
        self.state.deadline(now, &self.config, &self.output)
    }

    /// Does what is due: asks a silent peer whether it is there, or gives it up, and the
    /// output with it.
    pub fn tick(&mut self, now: Instant) {
        self.tick_gives_up(now);
    }

    /// As [`tick`](Self::tick), and whether it has given the peer up.
    pub(crate) fn tick_gives_up(&mut self, now: Instant) -> bool {
        let due = self.state.tick(now, &self.config, &self.output);
        match due {
            Tick::Nothing => {}
            Tick::Ask => self.put(Opcode::Ping, b""),
            Tick::GiveUp => {
                self.abandon_output();
                if !self.has_ended() {
                    self.end(Closed::TimedOut);
                }
            }
        }
        due == Tick::GiveUp
    }
}
