//! How passwords are hashed and tried.

use super::*;

/// One at a time, and one that waits.
fn passwords(folder: &tempfile::TempDir) -> Passwords {
    let keys = Keys::open(folder.path().join("keys.toml")).expect("a file");
    let hashing = Hashing {
        memory: 8,
        passes: 1,
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
