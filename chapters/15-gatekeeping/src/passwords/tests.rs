//! How passwords are hashed and tried.

use super::cost::{missing, work};
use super::*;

/// One at a time, and one that waits.
fn passwords(folder: &tempfile::TempDir) -> Passwords {
    of_cost(folder, 8, 1)
}

fn of_cost(folder: &tempfile::TempDir, memory: u32, passes: u32) -> Passwords {
    let keys = Keys::open(folder.path().join("keys.toml")).expect("a file");
    let hashing = Hashing {
        memory,
        passes,
        at_once: 1,
        waiting: 1,
    };
    Passwords::new(keys, &hashing).expect("a cheap hash")
}

#[tokio::test]
async fn floods_of_hashes_wait_in_a_short_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let passwords = passwords(&folder);
    let place = Arc::clone(&passwords.0.places).acquire_owned().await;
    let in_line = [(); 2].map(|()| {
        let passwords = passwords.clone();
        tokio::spawn(async move { passwords.hash(&Secret::new("a")).await })
    });
    tokio::task::yield_now().await;
    let third = passwords.try_on(&Secret::new("b"), None).await;
    assert!(matches!(third, Err(Denied::Problem(problem))
        if problem.code == ErrorCode::Unavailable));
    drop(place);
    for hashed in in_line {
        assert!(hashed.await.expect("no panic").is_ok());
    }
    assert_eq!(passwords.count(), 3, "nobody's, and those two");
}

#[tokio::test]
async fn a_password_is_known_however_it_is_typed_and_with_its_key_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let passwords = passwords(&folder);
    let hashed = passwords.hash(&Secret::new("caf\u{e9} au lait")).await;
    let Ok(hashed) = hashed else { panic!("a hash") };
    assert!(hashed.phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    for (typed, is_right) in [
        ("cafe\u{301} au lait", true),
        ("cafe au lait", false),
        ("Caf\u{e9} au lait", false),
        ("", false),
    ] {
        let secret = Secret::new(typed);
        let tried = passwords.try_on(&secret, Some(hashed.clone()));
        assert_eq!(matches!(tried.await, Ok(Tried::Right)), is_right, "{typed}");
    }
    let (phc, key) = (hashed.phc.clone(), "k2".to_owned());
    let secret = Secret::new("x");
    let other = passwords.try_on(&secret, Some(Hashed { phc, key }));
    assert!(
        matches!(other.await, Err(Denied::Trouble(_))),
        "no such key"
    );
}

#[tokio::test]
async fn a_wrong_password_takes_as_much_work_as_nobodys_after_the_cost_was_raised() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = || Secret::new("a key to the harbour");
    let Ok(old) = of_cost(&folder, 32, 1).hash(&secret()).await else {
        panic!("a hash")
    };
    let now = of_cost(&folder, 64, 3);
    let hashes = async |typed: &str, kept: Option<&Hashed>| {
        let before = now.count();
        let tried = now.try_on(&Secret::new(typed), kept.cloned()).await;
        let Ok(tried) = tried else { panic!("a place") };
        (now.count() - before, tried)
    };
    let (count, tried) = hashes("another one", None).await;
    assert!(count == 1 && tried == Tried::Wrong);
    let (count, tried) = hashes("another one", Some(&old)).await;
    assert!(count == 2 && tried == Tried::Wrong, "the rest of the work");
    let (count, tried) = hashes("a key to the harbour", Some(&old)).await;
    assert!(count == 2 && matches!(tried, Tried::Renewed(_)));
}

#[test]
fn what_is_missing_of_the_work_is_made_up_for_in_no_more_memory() {
    let cost = |memory, passes| Params::new(memory, passes, 1, None).expect("a cost");
    for (then, now) in [
        (cost(32, 1), cost(64, 3)),
        (cost(64, 2), cost(64, 3)),
        (cost(12 << 10, 3), cost(19 << 10, 2)),
        (cost(8, 1), cost(19 << 10, 2)),
    ] {
        let rest = missing(&then, &now).expect("work");
        let (all, done) = (work(&now), work(&then) + work(&rest));
        assert!(done <= all && all - done <= 3, "{done} of {all}");
        assert!(rest.m_cost() <= now.m_cost());
    }
    for (then, now) in [
        (cost(64, 3), cost(64, 3)),
        (cost(64, 3), cost(32, 1)),
        (cost(8, 1), cost(9, 1)),
    ] {
        assert!(missing(&then, &now).is_none(), "nothing to speak of");
    }
}
