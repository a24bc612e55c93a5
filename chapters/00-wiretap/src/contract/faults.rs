//! The checks in which something goes wrong: cut connections, servers that go away, readers
//! that do not read.

use std::sync::Arc;

use tokio::time::sleep;

use super::accounts::Accounts;
use super::checks::{Checked, RTT, SECOND, none, run};
use super::stage::{Stage, capacity, listen, listen_for, next, sent_by};
use super::{Broken, Promise, Transport};
use crate::link::{Fault, Link};
use crate::transcript::Side;

/// Six events over a network whose first connection has this fault.
fn over_a_fault<T: Transport>(transport: &Arc<T>, from: Side, fault: Fault) -> Checked {
    let what = format!("a first connection with {fault:?} from the {from:?}");
    let broken = run(transport, &what, move |transport| async move {
        let stage = Stage::new(&transport);
        let link = Link::new().rtt(RTT);
        stage.serve_at(&[link.clone().fault(from, fault)], &link);
        let mut reader = stage.reader(0);
        let mut accounts = Accounts::after(0);
        for seq in 1..=6 {
            stage.append(seq);
            listen_for::<T>(&mut reader, &mut accounts, SECOND / 3).await;
        }
        listen::<T>(&mut reader, &mut accounts, 6).await;
        accounts.close(6)
    });
    none(Promise::Resumes, &what, broken)
}

/// Cuts the first connection off after any byte, in either direction, with a reset and
/// with an end that looks like a good one.
pub(super) fn resumes<T: Transport>(transport: &Arc<T>) -> Checked {
    for from in [Side::Client, Side::Server] {
        let last = length(transport, from);
        for bytes in 0..=last {
            over_a_fault(transport, from, Fault::ResetAfter(bytes))?;
            over_a_fault(transport, from, Fault::HalfCloseAfter(bytes))?;
        }
    }
    Ok(())
}

/// How many bytes a side sends in the scenario of `over_a_fault` when nothing is wrong.
fn length<T: Transport>(transport: &Arc<T>, side: Side) -> u64 {
    run(transport, "how long it is", move |transport| async move {
        let stage = Stage::open(&transport, &Link::new().rtt(RTT));
        let mut reader = stage.reader(0);
        let mut accounts = Accounts::after(0);
        for seq in 1..=6 {
            stage.append(seq);
            listen_for::<T>(&mut reader, &mut accounts, SECOND / 3).await;
        }
        sent_by(&stage.recorder, side)
    })
}

/// A server that stops, one that crashes, and a board that takes another's place.
pub(super) fn restart<T: Transport>(transport: &Arc<T>) -> Checked {
    for crash in [false, true] {
        let what = if crash { "a crash" } else { "a restart" };
        let broken = run(transport, what, move |transport| async move {
            let mut stage = Stage::new(&transport);
            let link = Link::new().rtt(RTT);
            let mut servers = stage.serve_at(&[], &link);
            let mut reader = stage.reader(0);
            let mut accounts = Accounts::after(0);
            (1..=3).for_each(|seq| stage.append(seq));
            listen::<T>(&mut reader, &mut accounts, 3).await;
            let server = servers.remove(0);
            match crash {
                true => server.crash().await,
                false => server.stop().await,
            }
            // While there is no server.
            stage.append(4);
            listen_for::<T>(&mut reader, &mut accounts, SECOND).await;
            let mut servers = stage.serve_at(&[], &link);
            (5..=6).for_each(|seq| stage.append(seq));
            listen::<T>(&mut reader, &mut accounts, 6).await;
            // The board is lost, and with it two events; another follows.
            servers.remove(0).crash().await;
            stage.board = stage.transport.board(8, capacity(100));
            stage.serve_at(&[], &link);
            stage.append(9);
            listen::<T>(&mut reader, &mut accounts, 9).await;
            let gap = accounts.gap();
            let mut broken = accounts.close_with_gaps(9);
            if gap != Some((7, 8)) {
                let what = format!("7 and 8 are forgotten, and the gap is {gap:?}");
                broken.push(Broken::new(Promise::Restart, what));
            }
            broken
        });
        none(Promise::Restart, what, broken)?;
    }
    Ok(())
}

/// One reader listens, another one does not, while three thousand events happen and the
/// board keeps fifty.
pub(super) fn slow_reader<T: Transport>(transport: &Arc<T>) -> Checked {
    const EVENTS: u64 = 3000;
    run(transport, "a slow reader", |transport| async move {
        let stage = Stage::keeping(&transport, 50);
        stage.serve_at(&[], &Link::new().rtt(RTT));
        let (mut fast, mut slow) = (stage.reader(0), stage.reader(0));
        let heard = tokio::spawn(async move {
            let mut accounts = Accounts::after(0);
            listen::<T>(&mut fast, &mut accounts, EVENTS).await;
            accounts.close(EVENTS)
        });
        let mut late = Accounts::after(0);
        stage.append(1);
        late.enter(&next::<T>(&mut slow).await);
        for seq in 2..=EVENTS {
            stage.append(seq);
            if seq % 10 == 0 {
                sleep(SECOND / 4).await;
            }
        }
        let heard = heard.await.expect("a panic is reported by the harness");
        none(Promise::SlowReader, "to the fast reader", heard)?;
        listen::<T>(&mut slow, &mut late, EVENTS).await;
        let gap = late.gap();
        none(
            Promise::SlowReader,
            "to the slow one",
            late.close_with_gaps(EVENTS),
        )?;
        gap.map(drop).ok_or_else(|| {
            let what = "nothing was forgotten: all of it was kept for one reader";
            Broken::new(Promise::SlowReader, what)
        })
    })
}
