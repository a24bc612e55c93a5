//! Rooms begin and end, and none waits for another.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use backpressure::{Hub, Limits, Next, Outbox, Seat};
use chat::protocol::{Name, Room, Text};

/// How long nothing may happen before somebody waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);

fn room(name: &str) -> Room {
    Room::new(name).expect("a room")
}

fn join(hub: &Arc<Hub>, to: &str, who: &str) -> (Seat, Arc<Outbox>) {
    let Limits { outbox, policy, .. } = Limits::default();
    let outbox = Arc::new(Outbox::new(outbox, policy));
    let name = Name::new(who).expect("a name");
    (hub.join(room(to), name, &outbox), outbox)
}

/// A reader that is woken in the middle of what happens in its room: by then somebody enters
/// another one.
struct Meanwhile {
    hub: Arc<Hub>,
    entered: Mutex<SyncSender<bool>>,
}

impl Wake for Meanwhile {
    fn wake(self: Arc<Self>) {
        let (done, is_done) = sync_channel(1);
        let hub = Arc::clone(&self.hub);
        thread::spawn(move || {
            drop(join(&hub, "another", "carl"));
            let _ = done.send(());
        });
        let entered = is_done.recv_timeout(PATIENCE).is_ok();
        let sender = self.entered.lock().expect("no panic");
        sender.send(entered).expect("it is waited for");
    }
}

#[test]
fn who_comes_and_goes_in_one_room_does_not_stop_another() {
    let hub = Hub::new();
    let (_ann, outbox) = join(&hub, "r", "ann");
    let (sender, entered) = sync_channel(1);
    let waker = Waker::from(Arc::new(Meanwhile {
        hub: Arc::clone(&hub),
        entered: Mutex::new(sender),
    }));
    let is_told = || {
        while outbox.take().is_some() {}
        let mut waiting = Box::pin(outbox.filled());
        assert!(
            waiting
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
    };
    is_told();
    let (bob, _) = join(&hub, "r", "bob");
    assert_eq!(entered.recv(), Ok(true), "while the room hears of bob");
    is_told();
    drop(bob);
    assert_eq!(entered.recv(), Ok(true), "while it hears that he is gone");
}

/// What somebody has heard, as far as it is text of ours.
fn heard(outbox: &Outbox) -> String {
    let next = std::iter::from_fn(|| outbox.take());
    let frames = next.map(|next| match next {
        Next::Parcel(parcel) => String::from_utf8_lossy(parcel.frame()).into_owned(),
        Next::Dropped { .. } => panic!("there is room for all of it"),
    });
    frames.collect()
}

#[test]
fn whoever_comes_while_the_last_one_leaves_is_in_the_room() {
    let hub = Hub::new();
    for turn in 0..2000 {
        let (last, _) = join(&hub, "r", "last");
        let barrier = Barrier::new(3);
        let enter = |who: &str| {
            barrier.wait();
            join(&hub, "r", who)
        };
        let (ann, bob) = thread::scope(|scope| {
            let ann = scope.spawn(|| enter("ann"));
            let bob = scope.spawn(|| enter("bob"));
            barrier.wait();
            drop(last);
            (ann.join().expect("no panic"), bob.join().expect("no panic"))
        });
        ann.0
            .say(Text::new("are you there?").expect("a text"), None);
        let heard = heard(&bob.1);
        assert!(heard.contains("are you there?"), "turn {turn}: {heard}");
        assert_eq!(hub.rooms(), 1);
        drop((ann, bob));
        assert_eq!(hub.rooms(), 0, "nothing is kept");
    }
}
