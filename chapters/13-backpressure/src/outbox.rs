//! What waits for one reader, and what becomes of it when that reader is slow.

mod queue;

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use bytes::Bytes;
use chat::protocol::Room;
use connection::Feed;
use tokio::time::Instant;

use crate::parcel::Parcel;
use queue::{Entry, Made, Queue};

/// What happens when a frame has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The connection is closed with 1013. The reader comes back when it can, and asks for
    /// what it has missed.
    Close,
    /// The message that has waited longest is dropped, and counted: the reader is told how
    /// many are missing, and where.
    DropOldest,
}

/// How much may wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capacity {
    /// How many frames.
    pub frames: usize,
    /// How many bytes they have. Frames are shared between outboxes, so this is the most
    /// that a reader can cost, and usually far more than it does.
    pub bytes: usize,
}

/// The frames that wait for one reader: a bounded queue that makes nobody wait.
///
/// [`put`](Self::put) never blocks. When there is no room, typing notices go first, since
/// they are worth nothing when they are late; then presence, which is counted: whoever shows
/// a list of those who are there joins again after a notice, since the answer has the list.
/// So nobody is sent away because others come and go. For messages the [`Policy`] decides.
/// Of a person's presence only the newest waits, for it replaces the one before. Answers are
/// never dropped: whoever asks and does not read is sent away, whatever the policy.
///
/// A single frame has room in an empty queue, however large it is.
#[derive(Debug)]
pub struct Outbox {
    capacity: Capacity,
    policy: Policy,
    queue: Mutex<Queue>,
}

/// What the reader is to get next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This frame.
    Parcel(Arc<Parcel>),
    /// A notice that so many frames of a room are missing here.
    Dropped {
        /// The room.
        room: Room,
        /// How many.
        count: u64,
    },
}

impl Outbox {
    /// An empty one.
    pub fn new(capacity: Capacity, policy: Policy) -> Self {
        Self {
            capacity,
            policy,
            queue: Mutex::default(),
        }
    }

    /// Puts a frame behind the others, as far as there is room; never waits. After an
    /// overflow nothing is taken any more.
    pub fn put(&self, parcel: &Arc<Parcel>) {
        let _one_frame_fills_nothing = self.offer(parcel);
    }

    /// As [`put`](Self::put). Whether the reader wants a turn: half of what may wait does,
    /// and it is not known to be slow. It may be that the task which writes to it has not
    /// run, and whoever goes on filling this had better wait a moment.
    pub(crate) fn offer(&self, parcel: &Arc<Parcel>) -> bool {
        let mut queue = self.queue();
        if queue.overflow {
            return false;
        }
        queue.replace(parcel);
        match queue.make_room(parcel, self.capacity, self.policy) {
            Made::Room => queue.push(parcel),
            Made::NotForIt => return false,
            Made::None => queue.overflow(),
        }
        let wants_a_turn = queue.wants_a_turn(self.capacity);
        let waiter = queue.waiter.take();
        drop(queue);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
        wants_a_turn
    }

    /// What the reader is to get next, if there is something.
    pub fn take(&self) -> Option<Next> {
        self.queue().pop().map(Next::from)
    }

    /// As [`take`](Self::take), over and over, into a connection, while that has room.
    /// `notice` makes the frame that says what is missing.
    pub fn drain_into(&self, feed: &mut Feed<'_>, notice: impl Fn(Room, u64) -> Bytes) {
        let mut queue = self.queue();
        queue.stuck = None;
        while feed.has_room()
            && let Some(entry) = queue.pop()
        {
            match entry {
                Entry::Parcel(parcel) => feed.put(parcel.frame()),
                Entry::Hole(hole) => feed.put(&notice(hole.room, hole.count)),
            }
        }
    }

    /// Remembers that the reader's line takes nothing, until it has taken something.
    pub(crate) fn line_is_stuck(&self) {
        self.queue().stuck.get_or_insert_with(Instant::now);
    }

    /// Waits until there is something to take.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is taken by waiting. Only one task may wait, for this and for
    /// [`overflowed`](Self::overflowed).
    pub async fn filled(&self) {
        self.wait_for(|queue| !queue.is_empty()).await;
    }

    /// Waits until there was too much for the reader: it has to go.
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`filled`](Self::filled).
    pub async fn overflowed(&self) {
        self.wait_for(|queue| queue.overflow).await;
    }

    /// Whether there was too much.
    pub fn has_overflowed(&self) -> bool {
        self.queue().overflow
    }

    async fn wait_for(&self, is_so: impl Fn(&Queue) -> bool) {
        poll_fn(|cx| {
            let mut queue = self.queue();
            if is_so(&queue) {
                return Poll::Ready(());
            }
            match &queue.waiter {
                Some(waiter) if waiter.will_wake(cx.waker()) => {}
                _ => queue.waiter = Some(cx.waker().clone()),
            }
            Poll::Pending
        })
        .await;
    }

    /// How much waits.
    pub fn waiting(&self) -> Capacity {
        self.queue().waiting
    }

    /// Nothing that is guarded is left half done by a panic.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Entry> for Next {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Parcel(parcel) => Self::Parcel(parcel),
            Entry::Hole(hole) => Self::Dropped {
                room: hole.room,
                count: hole.count,
            },
        }
    }
}
