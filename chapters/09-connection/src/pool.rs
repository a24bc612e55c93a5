//! Buffers that the connections of a thread take turns with.
//!
//! A connection that waits owns none: it takes a buffer when there is something to read or
//! to write, and gives it back when that is done. So a thousand quiet connections cost no
//! more buffers than one, and each buffer is filled with zeros once in its life.

use std::cell::RefCell;

/// The size of a buffer for reading, in bytes.
pub(crate) const READ_BUFFER: usize = 128 << 10;

/// The largest buffer for writing that is kept, in bytes.
const LARGEST: usize = 256 << 10;

/// How many buffers of each kind a thread keeps for later; further ones are freed.
const KEPT: usize = 4;

thread_local! {
    static FOR_READING: RefCell<Vec<Box<[u8]>>> = const { RefCell::new(Vec::new()) };
    static FOR_WRITING: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of [`READ_BUFFER`] bytes, with whatever its last user left in it.
pub(crate) fn take_for_reading() -> Box<[u8]> {
    let kept = FOR_READING.try_with(|pool| pool.borrow_mut().pop());
    let kept = kept.ok().flatten();
    kept.unwrap_or_else(|| vec![0; READ_BUFFER].into_boxed_slice())
}

/// Gives a buffer back. One of another size is freed.
pub(crate) fn give_for_reading(buffer: Box<[u8]>) {
    if buffer.len() == READ_BUFFER {
        // A thread that ends has no pool any more: then the buffer is freed.
        let _ = FOR_READING.try_with(|pool| keep(&mut pool.borrow_mut(), buffer));
    }
}

/// An empty buffer.
pub(crate) fn take_for_writing() -> Vec<u8> {
    let kept = FOR_WRITING.try_with(|pool| pool.borrow_mut().pop());
    kept.ok().flatten().unwrap_or_default()
}

/// Gives a buffer back, whatever is in it. One that has grown too large is freed.
pub(crate) fn give_for_writing(mut buffer: Vec<u8>) {
    if (1..=LARGEST).contains(&buffer.capacity()) {
        buffer.clear();
        let _ = FOR_WRITING.try_with(|pool| keep(&mut pool.borrow_mut(), buffer));
    }
}

fn keep<T>(pool: &mut Vec<T>, buffer: T) {
    if pool.len() < KEPT {
        pool.push(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again() {
        let mut buffer = take_for_reading();
        buffer[0] = 7;
        give_for_reading(buffer);
        assert_eq!(
            take_for_reading()[0],
            7,
            "it is not filled with zeros again"
        );
    }

    #[test]
    fn no_more_than_a_few_are_kept() {
        let taken: Vec<_> = (0..2 * KEPT).map(|_| take_for_reading()).collect();
        taken.into_iter().for_each(give_for_reading);
        assert_eq!(FOR_READING.with_borrow(Vec::len), KEPT);
        let taken = (0..2 * KEPT).map(|_| Vec::with_capacity(64));
        taken.into_iter().for_each(give_for_writing);
        assert_eq!(FOR_WRITING.with_borrow(Vec::len), KEPT);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        give_for_writing(Vec::with_capacity(LARGEST + 1));
        give_for_writing(Vec::new());
        assert_eq!(FOR_WRITING.with_borrow(Vec::len), 0);
    }
}
