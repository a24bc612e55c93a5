//! Thousands of runs, each with a network that its seed has made up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{Instant, sleep, timeout};

use super::accounts::Accounts;
use super::stage::{Stage, listen};
use super::{Broken, Promise, Reader as _, Told, Transport};
use crate::harness;
use crate::link::{Cut, Fault, Link};
use crate::transcript::Side;

/// How many runs there are.
const RUNS: u64 = if cfg!(debug_assertions) { 300 } else { 10_000 };

/// Runs the transport over thousands of networks: 10,000 in a release build, 300 in a
/// debug build. The seed of a run decides how long a transit takes, how the stream is cut
/// into reads, when events happen, when the reader's `next` is dropped, and, for one that
/// [resumes](Promise::Resumes), after which byte its first connections are cut off.
/// Whatever it decides: every event is told, once, in order, with its whole text.
///
/// # Panics
///
/// When one is not, with the seed.
pub fn chop<T: Transport>(transport: T) {
    let transport = Arc::new(transport);
    let next = AtomicU64::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= RUNS {
                        return;
                    }
                    let what = format!("{}, seed {seed}", transport.name());
                    let broken = harness::run(&what, one(Arc::clone(&transport), seed));
                    assert_eq!(broken, [], "{what}");
                }
            });
        }
    });
}

const EVENTS: u64 = 8;

async fn one<T: Transport>(transport: Arc<T>, seed: u64) -> Vec<Broken> {
    let mut random = Rng::with_seed(seed);
    let stage = Stage::new(&transport);
    let link = link(&mut random);
    let first: Vec<Link> = match transport.cannot().contains(&Promise::Resumes) {
        true => Vec::new(),
        false => (0..random.u64(0..3))
            .map(|_| faulty(&link, &mut random))
            .collect(),
    };
    stage.serve_at(&first, &link);
    let mut reader = stage.reader(0);
    let mut accounts = Accounts::after(0);
    let mut happen = Rng::with_seed(random.u64(..));
    tokio::spawn(async move {
        for seq in 1..=EVENTS {
            // Half of them at the same instant as the one before.
            let wait = happen.u64(0..400).saturating_sub(200);
            sleep(Duration::from_millis(wait)).await;
            stage.append(seq);
        }
    });
    let end = Instant::now() + Duration::from_secs(2);
    while Instant::now() < end {
        let patience = Duration::from_millis(random.u64(1..400));
        if let Ok(told) = timeout(patience, reader.next()).await {
            let failed = told == Told::Failed;
            accounts.enter(&told);
            if failed {
                sleep(Duration::from_millis(1)).await;
            }
        }
    }
    listen::<T>(&mut reader, &mut accounts, EVENTS).await;
    accounts.close(EVENTS)
}

fn link(random: &mut Rng) -> Link {
    let cuts = [Cut::AsWritten, Cut::EachByte, Cut::Random, Cut::Coalesced];
    let link = Link::new()
        .rtt(Duration::from_millis(random.u64(0..200)))
        .cut(cuts[random.usize(..cuts.len())])
        .seed(random.u64(..));
    match random.bool() {
        true => link.bandwidth(random.u64(2_000..1_000_000)),
        false => link,
    }
}

fn faulty(link: &Link, random: &mut Rng) -> Link {
    let bytes = random.u64(0..800);
    let side = [Side::Client, Side::Server][random.usize(..2)];
    let fault = [Fault::ResetAfter(bytes), Fault::HalfCloseAfter(bytes)];
    link.clone().fault(side, fault[random.usize(..2)])
}
