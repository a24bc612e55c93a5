//! The server as a process, and people with accounts: it is drained, backed up and restored
//! under them.
#![cfg(unix)]

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "common/person.rs"]
mod person;
#[path = "common/process.rs"]
mod process;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use gatekeeping::Keys;
use history::{Options, RoomLog as _, SqliteLog};
use person::Person;
use process::{Place, get_until, output};
use serde_json::json;

/// Says things until the connection is over, and notes in `accepted` how many were. Gives
/// the code of the Close.
async fn talk_on(ada: Person, accepted: Arc<AtomicU64>) -> u16 {
    let mut talking = ada.joined("harbour", 0).await;
    loop {
        let number = accepted.load(Ordering::SeqCst);
        // Not faster than one may.
        tokio::time::sleep(Duration::from_millis(20)).await;
        match talking
            .says("harbour", &format!("m-{number}"), "ahoy")
            .await
        {
            Some(seq) => accepted.store(seq, Ordering::SeqCst),
            None => return talking.code(),
        }
    }
}

/// Somebody who talks until the server ends, and how much of it was accepted.
fn talking(ada: &Person) -> (JoinHandle<u16>, Arc<AtomicU64>) {
    let accepted = Arc::<AtomicU64>::default();
    let (ada, count) = (ada.clone(), Arc::clone(&accepted));
    let talk = move || common::run("somebody who talks", talk_on(ada, count));
    (std::thread::spawn(talk), accepted)
}

fn wait_for(accepted: &AtomicU64, number: u64) {
    while accepted.load(Ordering::SeqCst) < number {
        std::thread::yield_now();
    }
}

/// How many entries there are in a room of this folder's.
fn kept(data: &Path) -> u64 {
    let path = data.join("rooms.db");
    common::run("what is kept", async move {
        let log = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
        let since = log.after("harbour", 0, usize::MAX).await.expect("entries");
        assert_eq!(since.entries.len() as u64, since.last, "none is missing");
        log.close().await.expect("nobody else has it");
        since.last
    })
}

#[test]
fn sigterm_under_people_who_talk_loses_nothing_and_they_go_on_with_their_session() {
    let place = Place::new();
    let server = place.start(&["--drain-over", "1s"]);
    let ada = Person::new(server.address, "ada");
    ada.makes_room("harbour");
    let (talk, accepted) = talking(&ada);
    wait_for(&accepted, 5);
    server.signal("TERM");
    assert_eq!(talk.join().expect("no panic"), 1012);
    let ended = server.wait();
    assert!(ended.success, "{}", ended.log);
    let accepted = accepted.load(Ordering::SeqCst);
    assert!(kept(&place.data()) >= accepted);

    let next = place.start(&[]);
    let ada = ada.at(next.address);
    let missed = common::run("she comes back", async move {
        let mut talking = ada.joined("harbour", accepted - 2).await;
        [talking.hear().await, talking.hear().await]
    });
    let seqs = missed.map(|message| message["seq"].as_u64());
    assert_eq!(seqs, [Some(accepted - 1), Some(accepted)]);
}

#[test]
fn a_second_signal_ends_the_process_at_once_and_loses_nothing() {
    let place = Place::new();
    let server = place.start(&["--drain-over", "10m"]);
    let ada = Person::new(server.address, "ada");
    ada.makes_room("harbour");
    let (first, _) = talking(&ada);
    let (talk, accepted) = talking(&ada);
    wait_for(&accepted, 5);
    server.signal("TERM");
    // The first is told at once, and the second in five minutes.
    let told = get_until(server.admin, "\nchat_draining 1\n");
    assert!(told.contains("chat_drains_total 1"), "{told}");
    server.signal("TERM");
    let codes = [first, talk].map(|talk| talk.join().expect("no panic"));
    assert!(codes.contains(&1006), "{codes:?}");
    let ended = server.wait();
    assert!(!ended.success);
    assert!(ended.log.contains("everybody was cut off"), "{}", ended.log);
    assert!(kept(&place.data()) >= accepted.load(Ordering::SeqCst));
}

#[test]
fn a_backup_under_people_who_talk_has_all_that_was_accepted_before() {
    let place = Place::new();
    let server = place.start(&[]);
    let ada = Person::new(server.address, "ada");
    ada.makes_room("harbour");
    let (talk, accepted) = talking(&ada);
    wait_for(&accepted, 5);
    let before = accepted.load(Ordering::SeqCst);
    let done = output(&mut place.command(&["backup", "--to", "copy"]));
    assert!(
        done.success && done.text.contains("checked"),
        "{}",
        done.text
    );
    assert!(
        done.text.contains("keys.toml is not in it"),
        "{}",
        done.text
    );
    // Under the server nothing is restored, whatever one says.
    for more in [&[][..], &["--replace"]] {
        let arguments = [&["restore", "--from", "copy"], more].concat();
        let refused = output(&mut place.command(&arguments));
        assert!(!refused.success, "{}", refused.text);
        assert!(
            refused.text.contains("a server runs on data"),
            "{}",
            refused.text
        );
    }
    server.signal("TERM");
    talk.join().expect("no panic");
    assert!(server.wait().success);

    let data = ["--data", "new"];
    let restored = [&["restore", "--from", "copy"], &data[..]].concat();
    let restored = output(&mut place.command(&restored));
    assert!(
        restored.text.contains("put keys.toml into new"),
        "{}",
        restored.text
    );
    let refused = output(&mut place.command(&data));
    assert!(
        refused.text.contains("new/keys.toml is not there"),
        "{}",
        refused.text
    );
    let new = place.path().join("new");
    std::fs::copy(place.data().join("keys.toml"), new.join("keys.toml")).expect("keys");
    assert!(kept(&new) >= before);

    let server = place.start(&data);
    // Her session is from before, her password is good.
    let old = ada.at(server.address).post("/api/ticket", &json!({}));
    assert_eq!(old.status, 401, "{}", old.body);
    Person::signed_in(server.address, "ada").ticket();
}

#[test]
fn a_key_is_rotated_and_retired_when_no_password_needs_it() {
    let place = Place::new();
    let run = |arguments: &[&str]| output(&mut place.command(arguments));
    let server = place.start(&[]);
    Person::new(server.address, "ada");
    let keys = || Keys::open(place.data().join("keys.toml")).expect("a file");
    let old = keys().current().to_owned();
    let rotated = run(&["rotate-keys"]);
    let told = format!("{} is the key", keys().current());
    assert!(
        rotated.success && rotated.text.contains(&told),
        "{}",
        rotated.text
    );
    let retire = ["rotate-keys", "--retire", &old];
    let refused = run(&retire);
    assert!(
        refused.text.contains("a server runs on data"),
        "{}",
        refused.text
    );
    server.signal("TERM");
    assert!(server.wait().success);
    let refused = run(&retire);
    assert!(!refused.success);
    assert!(
        refused
            .text
            .contains(&format!("1 passwords were hashed with {old}")),
        "{}",
        refused.text
    );

    // From this start on the new one holds, and her sign-in needs the old one for the last
    // time.
    let server = place.start(&[]);
    Person::signed_in(server.address, "ada");
    server.signal("TERM");
    assert!(server.wait().success);
    let retired = run(&retire);
    assert!(retired.success, "{}", retired.text);
    let server = place.start(&[]);
    Person::signed_in(server.address, "ada");
    drop(server);
}
