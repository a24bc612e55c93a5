//! What waits for one reader, and what becomes of it when that reader is slow.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use chat::protocol::Room;

use crate::parcel::{Kind, Parcel};

/// An empty queue that has held more entries than this gives their memory back.
const KEPT: usize = 32;

/// What happens when a frame has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The connection is closed with 1013. The reader comes back when it can, and asks for
    /// what it has missed.
    Close,
    /// What has waited longest is dropped, and counted: the reader is told how much is
    /// missing, and where.
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
/// they are worth nothing when they are late; then the [`Policy`] decides. Of a person's
/// presence only the newest waits, for it replaces the one before. Answers are never
/// dropped: whoever asks and does not read is sent away, whatever the policy.
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

#[derive(Debug, Default)]
struct Queue {
    entries: VecDeque<Entry>,
    /// Its frames, and their bytes.
    waiting: Capacity,
    /// Whether there was too much, and it was the end.
    overflow: bool,
    /// Who waits for something to happen.
    waiter: Option<Waker>,
}

#[derive(Debug)]
enum Entry {
    Parcel(Arc<Parcel>),
    /// Where frames of a room were dropped. A queue has one for each room at most.
    Hole(Box<Hole>),
}

#[derive(Debug)]
struct Hole {
    room: Room,
    count: u64,
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
        let mut queue = self.queue();
        if queue.overflow {
            return;
        }
        queue.replace(parcel);
        match queue.make_room(parcel, self.capacity, self.policy) {
            Made::Room => queue.push(parcel),
            Made::NotForIt => return,
            Made::None => queue.overflow(),
        }
        let waiter = queue.waiter.take();
        drop(queue);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }

    /// What the reader is to get next, if there is something.
    pub fn take(&self) -> Option<Next> {
        Some(match self.queue().pop()? {
            Entry::Parcel(parcel) => Next::Parcel(parcel),
            Entry::Hole(hole) => Next::Dropped {
                room: hole.room,
                count: hole.count,
            },
        })
    }

    /// Waits until there is something to take.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is taken by waiting. Only one task may wait, for this and for
    /// [`overflowed`](Self::overflowed).
    pub async fn filled(&self) {
        self.wait_for(|queue| !queue.entries.is_empty()).await;
    }

    /// Waits until there was too much for the reader: it has to go.
    ///
    /// # Cancel safety
    ///
    /// Safe, as [`filled`](Self::filled).
    pub async fn overflowed(&self) {
        self.wait_for(|queue| queue.overflow).await;
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

/// What came of making room.
enum Made {
    Room,
    /// It is not worth the others.
    NotForIt,
    /// There is nothing that may go.
    None,
}

impl Queue {
    fn push(&mut self, parcel: &Arc<Parcel>) {
        self.waiting.frames += 1;
        self.waiting.bytes += parcel.frame().len();
        self.entries.push_back(Entry::Parcel(Arc::clone(parcel)));
    }

    fn pop(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        if let Entry::Parcel(parcel) = &entry {
            self.gone(parcel);
        }
        if self.entries.is_empty() && self.entries.capacity() > KEPT {
            self.entries = VecDeque::new();
        }
        Some(entry)
    }

    fn remove(&mut self, at: usize) -> Option<Arc<Parcel>> {
        match self.entries.remove(at)? {
            Entry::Parcel(parcel) => {
                self.gone(&parcel);
                Some(parcel)
            }
            Entry::Hole(_) => None,
        }
    }

    fn gone(&mut self, parcel: &Parcel) {
        self.waiting.frames -= 1;
        self.waiting.bytes -= parcel.frame().len();
    }

    /// Forgets everything at once: nobody will read it.
    fn overflow(&mut self) {
        self.entries = VecDeque::new();
        self.waiting = Capacity::default();
        self.overflow = true;
    }

    /// Of a state only the newest is worth something: takes an older one away.
    fn replace(&mut self, newer: &Parcel) {
        let (Kind::Presence(..) | Kind::Typing(..)) = newer.kind() else {
            return;
        };
        if let Some(at) = self.position(|kind| kind == newer.kind()) {
            self.remove(at);
        }
    }

    fn make_room(
        &mut self,
        parcel: &Parcel,
        capacity: Capacity,
        policy: Policy,
    ) -> Made {
        while !self.has_room(parcel, capacity) {
            if let Some(at) = self.position(|kind| matches!(kind, Kind::Typing(..))) {
                self.remove(at);
            } else if matches!(parcel.kind(), Kind::Typing(..)) {
                return Made::NotForIt;
            } else if policy == Policy::Close || !self.drop_oldest() {
                return Made::None;
            }
        }
        Made::Room
    }

    fn has_room(&self, parcel: &Parcel, capacity: Capacity) -> bool {
        let Capacity { frames, bytes } = self.waiting;
        let bytes = bytes.saturating_add(parcel.frame().len());
        frames == 0 || (frames < capacity.frames && bytes <= capacity.bytes)
    }

    fn position(&self, is: impl Fn(&Kind) -> bool) -> Option<usize> {
        let mut entries = self.entries.iter();
        entries.position(|entry| entry.parcel().is_some_and(|it| is(it.kind())))
    }

    /// Drops what has waited longest and is no answer, and counts it. Whether there was
    /// such a thing.
    fn drop_oldest(&mut self) -> bool {
        let Some(at) = self.position(|kind| *kind != Kind::Answer) else {
            return false;
        };
        let dropped = self.remove(at);
        let Some(room) = dropped.as_deref().and_then(Parcel::room) else {
            return false;
        };
        // It stands before everything of this room: all that was older is dropped as well.
        let mut holes = self.entries.iter_mut().filter_map(Entry::hole);
        match holes.find(|hole| hole.room == *room) {
            Some(hole) => hole.count += 1,
            None => {
                let room = room.clone();
                let hole = Hole { room, count: 1 };
                self.entries.insert(at, Entry::Hole(Box::new(hole)));
            }
        }
        true
    }
}

impl Entry {
    fn parcel(&self) -> Option<&Parcel> {
        match self {
            Self::Parcel(parcel) => Some(parcel),
            Self::Hole(_) => None,
        }
    }

    fn hole(&mut self) -> Option<&mut Hole> {
        match self {
            Self::Parcel(_) => None,
            Self::Hole(hole) => Some(hole),
        }
    }
}
