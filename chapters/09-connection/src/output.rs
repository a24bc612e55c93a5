//! What is to be written.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;

use bytes::{Buf, Bytes};
use frames::{Header, mask};

use crate::pool;

/// A payload of this many bytes that is given away is not copied. Below it, one more piece
/// in a vectored write costs more than the copy.
const LARGE: usize = 4 << 10;

/// Written bytes that stand before others are removed once there are so many, and no fewer
/// than the others: so each byte is moved once at most for each that was written.
const COMPACT: usize = 64 << 10;

/// The bytes that a connection has to say, in their order.
///
/// Frames are encoded behind each other into one buffer, so that many small ones become one
/// write. A large payload keeps its own memory and stands between two pieces of the buffer:
/// as a [`Buf`], this gives all pieces for one vectored write.
#[derive(Debug, Default)]
pub struct Output {
    buffer: Vec<u8>,
    /// How much of `buffer` has been written.
    written: usize,
    /// Payloads, each with the place in `buffer` before which it stands.
    large: VecDeque<(usize, Bytes)>,
    /// The bytes of `large`.
    large_bytes: usize,
    /// How many bytes have been taken since the beginning.
    taken: u64,
}

impl Output {
    /// Adds a frame, whose payload is copied, and masked if the header has a key.
    #[inline]
    pub(crate) fn put(&mut self, header: Header, payload: &[u8]) {
        self.put_bytes(&header.encode());
        let begin = self.buffer.len();
        self.buffer.extend_from_slice(payload);
        if let Some(key) = header.masking_key {
            mask(&mut self.buffer[begin..], key, 0);
        }
    }

    /// Adds a frame whose payload is given away: a large one is masked in its place, and
    /// not copied.
    pub(crate) fn put_owned(&mut self, header: Header, mut payload: Vec<u8>) {
        if payload.len() < LARGE {
            return self.put(header, &payload);
        }
        self.put_bytes(&header.encode());
        if let Some(key) = header.masking_key {
            mask(&mut payload, key, 0);
        }
        self.put_large(payload.into());
    }

    /// Adds bytes that are a frame already.
    pub(crate) fn put_encoded(&mut self, frame: &Bytes) {
        match frame.len() {
            ..LARGE => self.put_bytes(frame),
            LARGE.. => self.put_large(frame.clone()),
        }
    }

    /// Forgets everything: nobody is left to read it.
    pub(crate) fn clear(&mut self) {
        pool::give_for_writing(mem::take(&mut self.buffer));
        *self = Self {
            taken: self.taken,
            ..Self::default()
        };
    }

    /// How many bytes have been taken since the beginning: who takes some is alive.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Adds bytes as they are.
    #[inline]
    pub(crate) fn put_bytes(&mut self, bytes: &[u8]) {
        if self.buffer.capacity() == 0 {
            self.buffer = pool::take_for_writing();
        }
        self.buffer.extend_from_slice(bytes);
    }

    fn put_large(&mut self, payload: Bytes) {
        self.large_bytes += payload.len();
        self.large.push_back((self.buffer.len(), payload));
    }

    /// The place where the buffer's next piece ends, and the payload that stands there.
    fn next_large(&self) -> (usize, Option<&Bytes>) {
        match self.large.front() {
            Some((at, payload)) => (*at, Some(payload)),
            None => (self.buffer.len(), None),
        }
    }

    /// Gives the memory back, or the part of it that has been written.
    fn tidy(&mut self) {
        if self.written == self.buffer.len() && self.large.is_empty() {
            self.written = 0;
            pool::give_for_writing(mem::take(&mut self.buffer));
        } else if self.written >= COMPACT.max(self.buffer.len() - self.written) {
            self.buffer.drain(..self.written);
            for (at, _) in &mut self.large {
                *at -= self.written;
            }
            self.written = 0;
        }
    }
}

impl Buf for Output {
    #[inline]
    fn remaining(&self) -> usize {
        self.buffer.len() - self.written + self.large_bytes
    }

    fn chunk(&self) -> &[u8] {
        match self.next_large() {
            (at, Some(payload)) if at == self.written => payload,
            (at, _) => &self.buffer[self.written..at],
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut from = self.written;
        let ends = self.large.iter().map(|(at, payload)| (*at, &payload[..]));
        let pieces = ends.chain([(self.buffer.len(), &[][..])]);
        let pieces = pieces.flat_map(|(at, payload)| {
            [&self.buffer[mem::replace(&mut from, at)..at], payload]
        });
        let pieces = pieces.filter(|piece| !piece.is_empty());
        let filled = slices.iter_mut().zip(pieces);
        filled
            .map(|(slice, piece)| *slice = IoSlice::new(piece))
            .count()
    }

    fn advance(&mut self, mut count: usize) {
        assert!(count <= self.remaining(), "more than there is to write");
        self.taken += count as u64;
        while count > 0 {
            let (at, _) = self.next_large();
            if self.written < at {
                let step = count.min(at - self.written);
                self.written += step;
                count -= step;
            } else if let Some((_, payload)) = self.large.front_mut() {
                let step = count.min(payload.len());
                payload.advance(step);
                self.large_bytes -= step;
                count -= step;
                if payload.is_empty() {
                    self.large.pop_front();
                }
            }
        }
        self.tidy();
    }
}
