//! A check for each promise.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::accounts::{Accounts, text};
use super::faults::{restart, resumes, slow_reader};
use super::stage::{Stage, listen, listen_for, next};
use super::{Broken, Promise, Reader as _, Told, Transport};
use crate::harness;
use crate::link::{Cut, Link};

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const RTT: Duration = Duration::from_millis(100);
/// One transit, and the clock's step.
const TRANSIT: Duration = Duration::from_millis(51);

pub(super) type Checked = Result<(), Broken>;

pub(super) fn check<T: Transport>(transport: &Arc<T>, promise: Promise) -> Checked {
    match promise {
        Promise::InOrder | Promise::NothingLost | Promise::Once => {
            accounted(transport, promise)
        }
        Promise::AnyText => any_text(transport),
        Promise::Resumes => resumes(transport),
        Promise::Restart => restart(transport),
        Promise::SlowReader => slow_reader(transport),
        Promise::AtOnce => {
            told_in_time(transport, promise, &[5370, 5130, 4810, 6050, 5590])
        }
        Promise::InARow => told_in_time(transport, promise, &[5370, 20, 30, 40, 10]),
        Promise::TalksBack => talks_back(transport),
    }
}

pub(super) fn run<T, F, Fut>(transport: &Arc<T>, what: &str, scenario: F) -> Fut::Output
where
    T: Transport,
    F: FnOnce(Arc<T>) -> Fut,
    Fut: Future<Output: Send + 'static> + Send + 'static,
{
    let what = format!("{}, {what}", transport.name());
    harness::run(&what, scenario(Arc::clone(transport)))
}

/// The first fault, as a breach of `promise`.
pub(super) fn none(promise: Promise, when: &str, broken: Vec<Broken>) -> Checked {
    match broken.into_iter().next() {
        Some(Broken { what, .. }) => {
            Err(Broken::new(promise, format!("{what} ({when})")))
        }
        None => Ok(()),
    }
}

/// Forty events, some of them at the same instant, however the stream is cut into reads.
fn accounted<T: Transport>(transport: &Arc<T>, promise: Promise) -> Checked {
    for cut in [Cut::AsWritten, Cut::EachByte, Cut::Random, Cut::Coalesced] {
        let what = format!("forty events, {cut:?}");
        let broken = run(transport, &what, move |transport| async move {
            let link = Link::new().rtt(RTT).cut(cut).seed(3);
            let stage = Stage::open(&transport, &link);
            (1..=3).for_each(|seq| stage.append(seq));
            let mut reader = stage.reader(1);
            let mut accounts = Accounts::after(1);
            tokio::spawn(async move {
                for seq in 4..=40 {
                    sleep(Duration::from_millis(seq % 4 * 40)).await;
                    stage.append(seq);
                }
            });
            listen::<T>(&mut reader, &mut accounts, 40).await;
            accounts.close(40)
        });
        let own = broken
            .into_iter()
            .filter(|broken| broken.promise == promise);
        none(promise, &format!("{cut:?}"), own.collect())?;
    }
    Ok(())
}

/// What a text may consist of.
fn texts() -> [String; 10] {
    [
        String::new(),
        "\r".to_owned(),
        "carriage\rreturn".to_owned(),
        "both\r\nof them\r\n".to_owned(),
        "\n\n\n".to_owned(),
        "\u{feff}a byte order mark, and a nul \0".to_owned(),
        " blanks \t ".to_owned(),
        (0..=0x7f).map(char::from).collect(),
        "é\u{301}\u{200d}🏳️\u{200d}🌈\u{10ffff}".to_owned(),
        "0123456789abcdef".repeat(256),
    ]
}

fn any_text<T: Transport>(transport: &Arc<T>) -> Checked {
    run(transport, "any text", |transport| async move {
        let stage = Stage::open(&transport, &Link::new().rtt(RTT));
        let mut reader = stage.reader(0);
        for (seq, text) in (1..).zip(texts()) {
            transport.append(&stage.board, text.clone());
            let told = Told::Event(seq, text);
            let got = timeout(60 * SECOND, event::<T>(&mut reader)).await;
            if got.as_ref() != Ok(&told) {
                let what = format!("{told:?} is told as {got:?}");
                return Err(Broken::new(Promise::AnyText, what));
            }
        }
        Ok(())
    })
}

/// Whether events that happen so many milliseconds after each other are each told one
/// transit later.
fn told_in_time<T: Transport>(
    transport: &Arc<T>,
    promise: Promise,
    waits: &'static [u64],
) -> Checked {
    run(transport, promise.name(), move |transport| async move {
        let stage = Stage::open(&transport, &Link::new().rtt(RTT));
        let mut reader = stage.reader(0);
        let mut happen = Instant::now();
        for (seq, wait) in (1..).zip(waits) {
            happen += Duration::from_millis(*wait);
            let (board, transport) = (stage.board.clone(), Arc::clone(&transport));
            tokio::spawn(async move {
                sleep_until(happen).await;
                transport.append(&board, text(seq));
            });
        }
        let mut happened = Instant::now();
        for wait in waits {
            happened += Duration::from_millis(*wait);
            let told = timeout(60 * SECOND, event::<T>(&mut reader)).await;
            let late = Instant::now().saturating_duration_since(happened);
            if told.is_err() || late > TRANSIT {
                let what = format!("an event is told {late:?} after it has happened");
                return Err(Broken::new(promise, what));
            }
        }
        Ok(())
    })
}

/// The next event; failures on the way to it are no events.
async fn event<T: Transport>(reader: &mut T::Reader) -> Told {
    loop {
        match next::<T>(reader).await {
            Told::Failed => {}
            told => return told,
        }
    }
}

fn talks_back<T: Transport>(transport: &Arc<T>) -> Checked {
    run(transport, "talking back", |transport| async move {
        let stage = Stage::open(&transport, &Link::new().rtt(RTT));
        let mut reader = stage.reader(0);
        let mut accounts = Accounts::after(0);
        listen_for::<T>(&mut reader, &mut accounts, SECOND).await;
        let (dialed, said) = (stage.road.dialed(), Instant::now());
        let heard = reader.say(&text(1)).await;
        let broken = |what: &str| Err(Broken::new(Promise::TalksBack, what));
        if !heard {
            return broken("there is no way to say something");
        }
        while accounts.newest() == 0 && said.elapsed() < SECOND {
            accounts.enter(&next::<T>(&mut reader).await);
        }
        if stage.road.dialed() > dialed {
            return broken("it needs another connection");
        }
        if said.elapsed() > 2 * TRANSIT {
            return broken("it takes more than a round trip");
        }
        none(Promise::TalksBack, "what was said", accounts.close(1))
    })
}
