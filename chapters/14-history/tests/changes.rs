//! What a log promises about edits and deletions, of both logs.

mod common;

use common::{Told, added, delete, edit, of_both, say};
use history::{Appended, LogError, Refused, RoomLog, What};

of_both!(
    an_edit_is_an_entry,
    a_deletion_takes_the_words_away,
    only_the_author_changes_a_message,
    a_change_that_is_repeated_adds_nothing,
    a_late_repetition_brings_no_old_words_back,
    what_was_deleted_is_known_by_its_ids,
    an_id_is_for_one_act,
);

async fn an_edit_is_an_entry(log: impl RoomLog, told: Told) {
    added(&log, "harbour", say("ada", "a", "the fery is late")).await;
    added(&log, "harbour", say("bob", "b", "which one")).await;
    let post = edit("ada", "c", 1, "the ferry is late");
    assert_eq!(added(&log, "harbour", post).await, 3);
    let last = told.lock().expect("no panic").last().cloned();
    let edited = What::Edited {
        target: 1,
        text: Some("the ferry is late".to_owned()),
    };
    assert_eq!(last.expect("an entry").1.what, edited);
    let since = log.after("harbour", 2, 10).await.expect("an answer");
    assert_eq!(since.entries[0].what, edited);
    let page = log.before("harbour", u64::MAX, 10).await.expect("a page");
    let said = &page.messages[0];
    assert_eq!(said.text.as_deref(), Some("the ferry is late"));
    assert_eq!((said.seq, said.changed), (1, Some(3)));
    assert_eq!(page.messages.len(), 2, "an edit is no message of its own");
}

async fn a_deletion_takes_the_words_away(log: impl RoomLog, _told: Told) {
    added(&log, "harbour", say("ada", "a", "my pasword is hunter2")).await;
    added(
        &log,
        "harbour",
        edit("ada", "b", 1, "my password is hunter2"),
    )
    .await;
    assert_eq!(added(&log, "harbour", delete("ada", "c", 1)).await, 3);
    let since = log.after("harbour", 0, 10).await.expect("an answer");
    let numbers: Vec<u64> = since.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, [1, 2, 3], "no number is missing");
    let shown = format!("{since:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let page = log.before("harbour", 9, 10).await.expect("a page");
    assert_eq!(
        (&page.messages[0].text, page.messages[0].changed),
        (&None, Some(3))
    );
    let found = log
        .search("harbour", "hunter2", 10)
        .await
        .expect("an answer");
    assert_eq!(found, []);
}

async fn only_the_author_changes_a_message(log: impl RoomLog, told: Told) {
    added(&log, "harbour", say("ada", "a", "mine")).await;
    added(&log, "harbour", edit("ada", "b", 1, "still mine")).await;
    for (post, refused) in [
        (edit("bob", "c", 1, "no longer"), Refused::NotYours),
        (delete("bob", "c", 1), Refused::NotYours),
        (
            edit("ada", "c", 2, "an edit of an edit"),
            Refused::NoSuchMessage,
        ),
        (edit("ada", "c", 3, "of the future"), Refused::NoSuchMessage),
        (delete("ada", "c", u64::MAX), Refused::NoSuchMessage),
    ] {
        let answer = log.append("harbour", post.clone()).await;
        assert_eq!(answer, Err(LogError::Refused(refused)), "{post:?}");
    }
    let elsewhere = log.append("kitchen", delete("ada", "c", 1)).await;
    assert_eq!(elsewhere, Err(LogError::Refused(Refused::NoSuchMessage)));
    assert_eq!(told.lock().expect("no panic").len(), 2);
}

fn again(seq: u64) -> Result<Appended, LogError> {
    let repeated = true;
    Ok(Appended { seq, repeated })
}

async fn words(log: &impl RoomLog, seq: u64) -> Option<String> {
    let page = log.before("harbour", seq + 1, 1).await.expect("a page");
    page.messages[0].text.clone()
}

async fn a_change_that_is_repeated_adds_nothing(log: impl RoomLog, told: Told) {
    added(&log, "harbour", say("ada", "a", "one")).await;
    let (first, second) = (edit("ada", "b", 1, "two"), edit("ada", "c", 1, "three"));
    assert_eq!(added(&log, "harbour", first.clone()).await, 2);
    assert_eq!(added(&log, "harbour", second.clone()).await, 3);
    // Both answers are lost with the connection, and the client says both again.
    assert_eq!(log.append("harbour", first).await, again(2));
    assert_eq!(log.append("harbour", second).await, again(3));
    assert_eq!(words(&log, 1).await.as_deref(), Some("three"));
    let deletion = delete("ada", "d", 1);
    assert_eq!(added(&log, "harbour", deletion.clone()).await, 4);
    assert_eq!(log.append("harbour", deletion).await, again(4));
    assert_eq!(told.lock().expect("no panic").len(), 4);
}

/// What the task of an old connection still had in its hands when the client was back.
async fn a_late_repetition_brings_no_old_words_back(log: impl RoomLog, _told: Told) {
    added(&log, "harbour", say("ada", "a", "one")).await;
    let old = edit("ada", "b", 1, "two");
    assert_eq!(added(&log, "harbour", old.clone()).await, 2);
    added(&log, "harbour", edit("ada", "c", 1, "three")).await;
    assert_eq!(log.append("harbour", old).await, again(2));
    assert_eq!(words(&log, 1).await.as_deref(), Some("three"));
    // To go back on purpose is another act, with an id of its own.
    assert_eq!(added(&log, "harbour", edit("ada", "d", 1, "two")).await, 4);
    assert_eq!(words(&log, 1).await.as_deref(), Some("two"));
}

async fn what_was_deleted_is_known_by_its_ids(log: impl RoomLog, _told: Told) {
    let said = say("ada", "a", "words");
    let edited = edit("ada", "b", 1, "other words");
    added(&log, "harbour", said.clone()).await;
    added(&log, "harbour", edited.clone()).await;
    added(&log, "harbour", delete("ada", "c", 1)).await;
    assert_eq!(log.append("harbour", said).await, again(1));
    assert_eq!(log.append("harbour", edited).await, again(2));
    for late in [edit("ada", "d", 1, "words"), delete("ada", "d", 1)] {
        let answer = log.append("harbour", late).await;
        assert_eq!(answer, Err(LogError::Refused(Refused::Deleted)));
    }
}

async fn an_id_is_for_one_act(log: impl RoomLog, told: Told) {
    added(&log, "harbour", say("ada", "a", "one")).await;
    added(&log, "harbour", say("ada", "b", "two")).await;
    added(&log, "harbour", edit("ada", "c", 1, "three")).await;
    added(&log, "harbour", delete("ada", "d", 1)).await;
    for other in [
        say("ada", "c", "three"),
        say("ada", "d", "three"),
        edit("ada", "a", 2, "one"),
        edit("ada", "b", 2, "two"),
        edit("ada", "c", 2, "three"),
        edit("ada", "d", 2, "three"),
        delete("ada", "a", 1),
        delete("ada", "c", 2),
        delete("ada", "d", 2),
    ] {
        let answer = log.append("harbour", other.clone()).await;
        assert_eq!(
            answer,
            Err(LogError::Refused(Refused::IdInUse)),
            "{other:?}"
        );
    }
    assert_eq!(told.lock().expect("no panic").len(), 4);
}
