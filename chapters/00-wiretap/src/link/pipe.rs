//! One direction of a connection: bytes on their way, with the time of their arrival.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::ReadBuf;
use tokio::time::Instant;

use super::{Cut, Fault};

/// How many bytes may be under way, written but not yet read.
const WINDOW: usize = 64 * 1024;
/// How much one segment carries on a link with a bandwidth: what fits into an Ethernet
/// frame of 1,500 bytes beside the headers of IPv4 and TCP.
const SEGMENT: usize = 1_460;

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// So many bytes were taken and arrive then.
    Taken { length: usize, arrives: Instant },
    /// So many bytes were taken and vanish: the stream has ended for the reader.
    Lost { length: usize },
    /// The connection is cut off.
    Reset,
}

/// What a read found.
#[derive(Debug)]
pub(super) enum Found {
    /// The buffer has bytes, or the stream is at its end and it has none.
    Ready(io::Result<()>),
    /// Something arrives at this time.
    Later(Instant),
    /// Nothing is under way.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Pipe {
    epoch: Instant,
    one_way: Duration,
    bandwidth: Option<u64>,
    cut: Cut,
    fault: Option<Fault>,
    random: fastrand::Rng,
    segments: VecDeque<(Instant, Bytes)>,
    under_way: usize,
    /// Bytes taken since the beginning.
    taken: u64,
    /// When the last byte taken has left.
    busy_until: Instant,
    end: Option<(Instant, End)>,
    reader_gone: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Fin,
    Reset,
}

impl Pipe {
    pub(super) fn new(link: &super::Link, fault: Option<Fault>, seed: u64) -> Self {
        let now = Instant::now();
        Self {
            epoch: now,
            one_way: link.one_way(),
            bandwidth: link.bandwidth,
            cut: link.cut,
            fault,
            random: fastrand::Rng::with_seed(seed),
            segments: VecDeque::new(),
            under_way: 0,
            taken: 0,
            busy_until: now,
            end: None,
            reader_gone: false,
            reader: None,
            writer: None,
        }
    }

    /// Takes as much of `bytes` as the window, a segment and the fault allow.
    pub(super) fn send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Sent> {
        match self.end {
            Some((_, End::Reset)) => return Poll::Ready(Sent::Reset),
            Some((_, End::Fin)) => {
                let length = bytes.len();
                return Poll::Ready(Sent::Lost { length });
            }
            None if self.reader_gone => return Poll::Ready(Sent::Reset),
            None => {}
        }
        let room = WINDOW - self.under_way;
        if room == 0 {
            self.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let until_fault = match self.fault {
            Some(Fault::HalfCloseAfter(n) | Fault::ResetAfter(n)) => n - self.taken,
            None => u64::MAX,
        };
        let until_fault = usize::try_from(until_fault).unwrap_or(usize::MAX);
        let segment = self.bandwidth.map_or(usize::MAX, |_| SEGMENT);
        let length = bytes.len().min(room).min(until_fault).min(segment);
        let arrives = self.push(&bytes[..length]);
        Poll::Ready(Sent::Taken { length, arrives })
    }

    /// The fault that is due now that so many bytes were taken.
    pub(super) fn fault_due(&self) -> Option<Fault> {
        let at = match self.fault? {
            Fault::HalfCloseAfter(n) | Fault::ResetAfter(n) => n,
        };
        (self.end.is_none() && self.taken == at).then_some(self.fault?)
    }

    fn push(&mut self, bytes: &[u8]) -> Instant {
        let now = Instant::now();
        let passing = match self.bandwidth {
            Some(bandwidth) => {
                Duration::from_secs(bytes.len() as u64) / clamp(bandwidth)
            }
            None => Duration::ZERO,
        };
        self.busy_until = self.busy_until.max(now) + passing;
        let arrives = self.arrival();
        self.taken += bytes.len() as u64;
        self.under_way += bytes.len();
        if !bytes.is_empty() {
            self.segments
                .push_back((arrives, Bytes::copy_from_slice(bytes)));
        }
        self.wake_reader();
        arrives
    }

    /// When what leaves after all that was taken arrives: on a whole millisecond.
    fn arrival(&self) -> Instant {
        let exact = self.busy_until + self.one_way;
        let micros = (exact - self.epoch).as_micros();
        let millis = micros.div_ceil(1000);
        self.epoch + Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// The sender sends no more. Gives the time at which the reader knows, the first time.
    pub(super) fn finish(&mut self) -> Option<Instant> {
        self.end_with(End::Fin)
    }

    /// Cuts the connection off; what is still under way is lost.
    pub(super) fn reset(&mut self) -> Option<Instant> {
        if matches!(self.end, Some((_, End::Reset))) {
            return None;
        }
        self.end = None;
        self.end_with(End::Reset)
    }

    fn end_with(&mut self, how: End) -> Option<Instant> {
        if self.end.is_some() {
            return None;
        }
        self.busy_until = self.busy_until.max(Instant::now());
        let at = self.arrival();
        self.end = Some((at, how));
        self.wake_reader();
        self.wake_writer();
        Some(at)
    }

    /// The reader will read no more: writes fail from now on.
    pub(super) fn abandon(&mut self) {
        self.reader_gone = true;
        self.segments.clear();
        self.under_way = 0;
        self.wake_writer();
    }

    /// Fills `buf` with what has arrived, as much as the cut gives at once.
    pub(super) fn receive(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Found {
        let now = Instant::now();
        self.reader = Some(cx.waker().clone());
        if let Some((at, End::Reset)) = self.end
            && at <= now
        {
            return Found::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        match (self.segments.front(), self.end) {
            (Some((at, _)), _) if *at > now => return Found::Later(*at),
            (Some(_), _) => {}
            (None, Some((at, _))) if at > now => return Found::Later(at),
            (None, Some((_, End::Fin))) => return Found::Ready(Ok(())),
            (None, _) => return Found::Nothing,
        }
        self.copy(now, buf);
        Found::Ready(Ok(()))
    }

    fn copy(&mut self, now: Instant, buf: &mut ReadBuf<'_>) {
        let arrived = self.segments.iter().take_while(|(at, _)| *at <= now);
        let arrived: usize = arrived.map(|(_, bytes)| bytes.len()).sum();
        let piece = match self.cut {
            Cut::AsWritten => self.segments.front().map_or(0, |(_, bytes)| bytes.len()),
            Cut::EachByte => 1,
            // Mostly small pieces, so that every border is met, and sometimes large ones.
            Cut::Random => {
                let most = arrived.min(1 << self.random.u32(0..16));
                self.random.usize(1..=most)
            }
            Cut::Coalesced => arrived,
        };
        let mut room = piece.min(buf.remaining());
        while room > 0 {
            let Some((_, bytes)) =
                self.segments.front_mut().filter(|(at, _)| *at <= now)
            else {
                break;
            };
            let length = bytes.len().min(room);
            buf.put_slice(&bytes[..length]);
            bytes.advance(length);
            if bytes.is_empty() {
                self.segments.pop_front();
            }
            room -= length;
            self.under_way -= length;
        }
        self.wake_writer();
    }

    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_writer(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }
}

fn clamp(bandwidth: u64) -> u32 {
    u32::try_from(bandwidth).unwrap_or(u32::MAX)
}
