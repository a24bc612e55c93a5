//! The whole server: accounts, all three transports, and what becomes of them when it
//! restarts.

#[path = "whole/people.rs"]
mod people;

use std::path::Path;

use gatekeeping::api::Kind;
use operations::Ended;
use people::{Person, all_hear, meanwhile, run};
use the_complete_chat::client::Transport;
use the_complete_chat::server::Running;

async fn start(folder: &Path) -> Running {
    let server = Running::in_folder(folder).await;
    server.unwrap_or_else(|trouble| panic!("it starts: {trouble}"))
}

/// Three people, one over each transport, all of them in a room.
async fn three(server: &Running) -> Vec<Person> {
    let mut people = Vec::new();
    for (name, over) in ["Ann", "Bob", "Cleo"].into_iter().zip(Transport::ALL) {
        let person = Person::come(server.address(), name, over).await;
        people.push(person);
    }
    let created = people[0].account.create("tea", Kind::Public).await;
    let room = created.expect("a room").room;
    for person in &mut people {
        person.join(&room).await;
    }
    people
}

#[test]
fn whatever_they_come_over_they_hear_each_other() {
    run("three people over three transports", async {
        let folder = tempfile::tempdir().expect("a folder");
        let server = start(folder.path()).await;
        let mut people = three(&server).await;
        for speaker in 0..3 {
            let text = format!("says {speaker}");
            people[speaker].say(&text);
            all_hear(&mut people, speaker + 1).await;
            for person in &people {
                assert_eq!(person.heard[speaker], (speaker as u64 + 1, text.clone()));
            }
        }
        drop(people);
        assert_eq!(server.drain().await.expect("it closes"), Ended::Drained);
    });
}

#[test]
fn a_restart_loses_nothing_and_doubles_nothing() {
    run("a drain, and a kill", async {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = start(folder.path()).await;
        let mut people = three(&server).await;
        for round in 0..2 {
            for (number, person) in people.iter_mut().enumerate() {
                person.say(&format!("{round}: {number}"));
            }
            let restarting = match round {
                0 => meanwhile(&mut people, server.restart()).await,
                _ => meanwhile(&mut people, server.kill_and_restart()).await,
            };
            server = restarting.expect("another one");
            all_hear(&mut people, 3 * (round + 1)).await;
        }
        let first = people[0].heard.clone();
        assert_eq!(first.len(), 6);
        for person in &people {
            assert_eq!(person.heard, first, "{}", person.name);
        }
    });
}
