//! The log in a file against the one in memory: whatever is done to both, both say the same.

mod common;

use common::{delete, edit, run, say, say_with_mark};
use history::{MemoryLog, Options, Post, RoomLog, SqliteLog};
use proptest::prelude::*;

const ROOMS: [&str; 2] = ["harbour", "kitchen"];
const WORDS: [&str; 4] = ["ferry", "fern", "late", "train"];

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]);
    prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
}

fn post() -> impl Strategy<Value = Post> {
    let author = prop::sample::select(&["ada", "bob"][..]);
    // Few ids, so that they are used again: for the same, and for something else.
    let id = (0..8_u8).prop_map(|id| id.to_string());
    let by = (author, id);
    let at = 1..12_u64;
    prop_oneof![
        3 => (by.clone(), text()).prop_map(|((a, id), text)| say(a, &id, &text)),
        1 => (by.clone(), text()).prop_map(|((a, id), text)| say_with_mark(a, &id, &text)),
        2 => (by.clone(), at.clone(), text())
            .prop_map(|((a, id), at, text)| edit(a, &id, at, &text)),
        1 => (by, at).prop_map(|((a, id), at)| delete(a, &id, at)),
    ]
}

/// Posts to rooms, some of which are repeated later.
fn posts() -> impl Strategy<Value = Vec<(&'static str, Post)>> {
    let new = (prop::sample::select(&ROOMS[..]), post());
    let again = any::<prop::sample::Index>();
    prop::collection::vec((new, prop::option::weighted(0.3, again)), 1..40).prop_map(
        |drawn| {
            let mut posts: Vec<(&str, Post)> = Vec::new();
            for (new, again) in drawn {
                let again = again.filter(|_| !posts.is_empty());
                posts.push(again.map_or(new, |again| again.get(&posts).clone()));
            }
            posts
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]
    #[test]
    fn a_file_remembers_what_memory_does(
        posts in posts()
    ) {
        run("posts to both", compare(posts));
    }
}

async fn compare(posts: Vec<(&'static str, Post)>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rooms.db");
    let file = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
    let memory = MemoryLog::new(());
    for (room, post) in posts {
        let expected = memory.append(room, post.clone()).await;
        assert_eq!(
            file.append(room, post.clone()).await,
            expected,
            "{room}: {post:?}"
        );
    }
    drop(file);
    let file = SqliteLog::open(&path, &Options::default(), ()).expect("the same log");
    for room in ROOMS {
        for at in [0, 1, 5, 20] {
            assert_eq!(
                file.after(room, at, 7).await,
                memory.after(room, at, 7).await
            );
            assert_eq!(
                file.before(room, at, 4).await,
                memory.before(room, at, 4).await
            );
        }
        for query in ["ferry", "fer", "late fer", "train late"] {
            let expected = memory.search(room, query, 3).await;
            assert_eq!(file.search(room, query, 3).await, expected, "{query}");
        }
    }
}
