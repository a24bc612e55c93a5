//! No wake-up is lost, whatever the order in which readers and writers take their steps.
//!
//! loom runs a scenario in every order that threads could run it in. For this it has to
//! see each step, so the chapter's own `news.rs` is compiled here once more, with parts
//! that loom can see through.

mod parts {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use loom::sync::Mutex;
    use short_polling::{Board, FutureCursor, Page};

    /// What tokio's documentation promises of its `Notify`: `notify_waiters` wakes every
    /// [`Notified`] that has been made before it, polled or not.
    #[derive(Debug)]
    pub(crate) struct Notify(Mutex<(u64, Vec<Waker>)>);

    pub(crate) struct Notified<'a>(&'a Notify, u64);

    impl Notify {
        pub(crate) fn new() -> Self {
            Self(Mutex::new((0, Vec::new())))
        }

        pub(crate) fn notified(&self) -> Notified<'_> {
            Notified(self, self.0.lock().expect("no panic under it").0)
        }

        pub(crate) fn notify_waiters(&self) {
            let mut state = self.0.lock().expect("no panic under it");
            state.0 += 1;
            let wakers = std::mem::take(&mut state.1);
            drop(state);
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    impl Future for Notified<'_> {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let mut state = self.0.0.lock().expect("no panic under it");
            if state.0 != self.1 {
                return Poll::Ready(());
            }
            state.1.push(cx.waker().clone());
            Poll::Pending
        }
    }

    /// Chapter 2's board behind a lock of loom's.
    #[derive(Debug)]
    pub(crate) struct SharedBoard(Mutex<Board>);

    impl SharedBoard {
        pub(crate) fn new(board: Board) -> Self {
            Self(Mutex::new(board))
        }

        pub(crate) fn append(&self, text: &str) -> u64 {
            self.0.lock().expect("no panic under it").append(text)
        }

        pub(crate) fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
            self.0.lock().expect("no panic under it").since(cursor)
        }
    }
}

#[expect(dead_code, reason = "not all of it is needed here")]
#[path = "../src/news.rs"]
mod news;

use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc as Counter;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use news::News;
use parts::{Notify, SharedBoard};
use short_polling::Board;

fn board() -> SharedBoard {
    SharedBoard::new(Board::new(NonZeroUsize::new(10).expect("10 is not 0")))
}

/// Runs it in every order, and gives how many there are.
fn in_every_order(scenario: impl Fn() + Sync + Send + 'static) -> usize {
    let orders = Counter::new(AtomicUsize::new(0));
    let count = Counter::clone(&orders);
    loom::model(move || {
        count.fetch_add(1, Ordering::Relaxed);
        scenario();
    });
    orders.load(Ordering::Relaxed)
}

/// Reads on from the cursor until event `last`, and gives the numbers of what it was told.
async fn read_to(news: &News, last: u64) -> Vec<u64> {
    let mut told = Vec::new();
    let mut cursor = 0;
    while cursor < last {
        let page = news.after(cursor).await.expect("not from the future");
        told.extend(page.events.iter().map(|event| event.seq));
        cursor = page.next;
    }
    told
}

#[test]
fn a_wait_and_an_append_in_every_order() {
    let orders = in_every_order(|| {
        let news = Arc::new(News::new(board()));
        let writer = Arc::clone(&news);
        let writer = thread::spawn(move || writer.change(|board| board.append("x")));
        assert_eq!(block_on(read_to(&news, 1)), [1]);
        writer.join().expect("it ends");
    });
    assert!(orders > 10, "loom tried {orders} orders");
}

#[test]
fn two_appends_one_after_the_other_in_every_order() {
    in_every_order(|| {
        let news = Arc::new(News::new(board()));
        let writer = Arc::clone(&news);
        let writer = thread::spawn(move || {
            writer.change(|board| board.append("x"));
            writer.change(|board| board.append("y"));
        });
        assert_eq!(block_on(read_to(&news, 2)), [1, 2]);
        writer.join().expect("it ends");
    });
}

#[test]
fn two_waits_and_an_append_in_every_order() {
    in_every_order(|| {
        let news = Arc::new(News::new(board()));
        let reader = Arc::clone(&news);
        let reader = thread::spawn(move || block_on(read_to(&reader, 1)));
        news.change(|board| board.append("x"));
        assert_eq!(block_on(read_to(&news, 1)), [1]);
        assert_eq!(reader.join().expect("it ends"), [1]);
    });
}

/// The same wait with its first two steps exchanged. That loom finds what is wrong with
/// it shows that it would find it in ours.
async fn subscribed_too_late(board: &SharedBoard, bell: &Notify) {
    while board.since(0).expect("not from the future").next == 0 {
        bell.notified().await;
    }
}

#[test]
fn a_subscription_after_the_reading_loses_a_wake_up() {
    let lost = Counter::new(AtomicUsize::new(0));
    let count = Counter::clone(&lost);
    let orders = in_every_order(move || {
        let shared = Arc::new((board(), Notify::new()));
        let writer = Arc::clone(&shared);
        let writer = thread::spawn(move || {
            writer.0.append("x");
            writer.1.notify_waiters();
        });
        let woken = Counter::new(Woken::default());
        let waker = Waker::from(Counter::clone(&woken));
        let mut wait = pin!(subscribed_too_late(&shared.0, &shared.1));
        let is_asleep = wait.as_mut().poll(&mut Context::from_waker(&waker));
        writer.join().expect("it ends");
        // All that will ever be appended has been: who sleeps now sleeps for ever.
        if is_asleep.is_pending() && !woken.0.load(Ordering::Relaxed) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let lost = lost.load(Ordering::Relaxed);
    assert!(0 < lost && lost < orders, "{lost} of {orders} orders");
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Counter<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
