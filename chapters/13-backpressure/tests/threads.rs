//! An outbox between real threads: whoever waits is woken, and nothing is lost or doubled.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use backpressure::{Capacity, Next, Outbox, Parcel, Policy};
use chat::protocol::{Name, Room, ServerMessage, Text};
use tokio::time::timeout;

const SPEAKERS: usize = 3;
const MESSAGES: u64 = 2000;
/// How long nothing may come before somebody has been forgotten.
const PATIENCE: Duration = Duration::from_secs(30);

/// Messages of one speaker, whose room has their name.
fn messages(speaker: usize) -> Vec<Arc<Parcel>> {
    let message = |seq| {
        Parcel::new(&ServerMessage::Message {
            room: Room::new(&speaker.to_string()).expect("a room"),
            seq,
            name: Name::new("ann").expect("a name"),
            text: Text::new("said").expect("a text"),
            id: None,
        })
    };
    (1..=MESSAGES).map(message).collect()
}

/// What is heard of each speaker until all have said everything: how many messages, and how
/// many more are missing.
async fn hear(outbox: &Outbox, spoken: &[Vec<Arc<Parcel>>]) -> (u64, u64) {
    let mut next = vec![1; spoken.len()];
    let (mut heard, mut missing) = (0, 0);
    while heard + missing < MESSAGES * spoken.len() as u64 {
        let filled = timeout(PATIENCE, outbox.filled()).await;
        filled.unwrap_or_else(|_| panic!("{heard} heard, {missing} missing, no more"));
        match outbox.take() {
            None => {}
            Some(Next::Dropped { room, count }) => {
                let speaker: usize = room.as_str().parse().expect("a number");
                next[speaker] += count;
                missing += count;
            }
            Some(Next::Parcel(parcel)) => {
                let is_next = |(speaker, next): (usize, &u64)| {
                    let place = usize::try_from(*next - 1).expect("small");
                    let due = spoken[speaker].get(place);
                    due.is_some_and(|due| Arc::ptr_eq(due, &parcel))
                };
                let speaker = next.iter().enumerate().position(is_next);
                next[speaker.expect("the next one of somebody")] += 1;
                heard += 1;
            }
        }
    }
    (heard, missing)
}

fn between_threads(frames: usize, policy: Policy) -> (u64, u64) {
    let capacity = Capacity {
        frames,
        bytes: usize::MAX,
    };
    let outbox = Arc::new(Outbox::new(capacity, policy));
    let spoken: Vec<_> = (0..SPEAKERS).map(messages).collect();
    let speaking: Vec<_> = spoken
        .iter()
        .cloned()
        .map(|messages| {
            let outbox = Arc::clone(&outbox);
            thread::spawn(move || messages.iter().for_each(|it| outbox.put(it)))
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let counted = runtime.block_on(hear(&outbox, &spoken));
    speaking
        .into_iter()
        .for_each(|thread| thread.join().expect("no panic"));
    assert!(outbox.take().is_none(), "that was all");
    counted
}

#[test]
fn with_room_for_all_everything_comes() {
    let all = MESSAGES * SPEAKERS as u64;
    assert_eq!(between_threads(usize::MAX, Policy::Close), (all, 0));
}

#[test]
fn with_little_room_what_does_not_come_is_counted() {
    let all = MESSAGES * SPEAKERS as u64;
    let (heard, missing) = between_threads(4, Policy::DropOldest);
    assert_eq!(heard + missing, all);
    assert!(heard >= 4, "the last four at least");
}
