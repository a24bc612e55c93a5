//! A sync of the disk takes milliseconds, however much was written before it. Write `run`,
//! the thread behind a log: it makes messages durable, many with one sync.
//!
//! * A message is answered with `Ok` when it is durable, which is when a `sync` *behind* its
//!   `write` has given `Ok`. If that sync gives an error, nothing is known of all that was
//!   written since the one before, and each of those messages is answered with the error.
//! * Messages that wait share a sync. Nobody is made to wait for *company*, though: when
//!   nothing else is there, the one that is there is written and synced.
//! * At most `MOST` messages share a sync, so that the first of them does not wait for ever
//!   longer.
//! * They are written and answered in the order in which they came.
//! * `run` returns when there will be no more messages, and all are answered.

/// The most messages that share a sync.
pub const MOST: usize = 8;

/// A message that wants to be durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(pub String);

/// The disk could not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// What is around the thread.
pub trait World {
    /// Sleeps until there is a message, and takes it; `None` when there will be none any
    /// more.
    fn wait(&mut self) -> Option<Message>;
    /// Takes a message if one is there.
    fn take(&mut self) -> Option<Message>;
    /// Hands a message to the system. It is not on the disk yet.
    fn write(&mut self, message: &Message);
    /// Waits for the disk to have all that was written. Meanwhile others come.
    fn sync(&mut self) -> Result<(), Full>;
    /// Tells a message's author what came of it.
    fn answer(&mut self, message: Message, outcome: Result<(), Full>);
}

/// Makes messages durable, until there are no more.
pub fn run(world: &mut impl World) {
    todo!("wait for a message, take those that are there with it, write, sync, answer")
}
