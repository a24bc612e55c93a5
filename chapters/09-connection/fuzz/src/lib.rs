//! What has to be true of any bytes. Each function takes what libFuzzer has made up, and
//! panics when something is not as it should be.

mod connection;
mod frame;
mod head;
mod message;
mod sent;

pub use connection::connection;
pub use frame::frame;
pub use head::head;
pub use message::message;

use frames::Role;

/// Where a stream is cut: pieces of 1 to 16 bytes, and now and then all that is left.
struct Cuts(u8);

impl Cuts {
    /// The length of the next piece, of so many bytes.
    fn next(&mut self, left: usize) -> usize {
        self.0 = self.0.wrapping_mul(29).wrapping_add(71);
        match self.0 >> 4 {
            0 => left,
            length => left.min(usize::from(length)),
        }
    }
}

/// The three ways in which every stream is read: whole, byte by byte, and in pieces.
fn ways(seed: u8, length: usize) -> [Vec<usize>; 3] {
    let mut cuts = Cuts(seed);
    let mut pieces = Vec::new();
    let mut left = length;
    while left > 0 {
        let piece = cuts.next(left);
        pieces.push(piece);
        left -= piece;
    }
    [vec![length], vec![1; length], pieces]
}

/// The first byte of an input says who reads the rest, the second how it is cut.
fn split(input: &[u8]) -> Option<(Role, u8, &[u8])> {
    let [first, seed, bytes @ ..] = input else {
        return None;
    };
    let role = if first & 1 == 0 {
        Role::Client
    } else {
        Role::Server
    };
    Some((role, *seed, bytes))
}
