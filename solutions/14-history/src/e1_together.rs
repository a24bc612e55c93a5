//! Many messages, one sync.

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
    ///
    /// # Errors
    ///
    /// When it is not known what the disk has.
    fn sync(&mut self) -> Result<(), Full>;
    /// Tells a message's author what came of it.
    fn answer(&mut self, message: Message, outcome: Result<(), Full>);
}

/// Makes messages durable, until there are no more.
pub fn run(world: &mut impl World) {
    while let Some(first) = world.wait() {
        let mut together = vec![first];
        while together.len() < MOST
            && let Some(next) = world.take()
        {
            together.push(next);
        }
        for message in &together {
            world.write(message);
        }
        let outcome = world.sync();
        for message in together {
            world.answer(message, outcome);
        }
    }
}
