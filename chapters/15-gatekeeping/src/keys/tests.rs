//! How keys are kept.

use super::*;

#[test]
fn keys_are_kept_added_and_retired() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.toml");
    let mut keys = Keys::open(&path).expect("a new file");
    let one = keys.current().to_owned();
    assert!(one.starts_with("k1-"), "{one}");
    let first = *keys.get(&one).expect("a key");
    keys.retire(&one).expect_err("it is the current one");
    let two = keys.rotate().expect("a file").to_owned();
    assert!(two.starts_with("k2-"), "{two}");

    let mut again = Keys::open(&path).expect("the same file");
    assert_eq!(again.ids().collect::<Vec<_>>(), [&one, &two]);
    assert_eq!((again.current(), again.get(&one)), (&*two, Some(&first)));
    again.retire(&one).expect("nobody uses it");
    again.retire(&one).expect_err("it is gone");
    let last = Keys::open(&path).expect("the same file");
    assert_eq!(last.ids().collect::<Vec<_>>(), [two]);
}

#[test]
fn a_mark_tells_keys_apart_and_does_not_tell_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |name: &str| Keys::open(folder.path().join(name)).expect("a file");
    let (mut one, other) = (open("one.toml"), open("other.toml"));
    let (id, mark) = (one.current().to_owned(), one.mark(one.current()));
    assert_eq!(open("one.toml").mark(&id), mark);
    assert_ne!(one.get(&id), mark.as_ref());
    assert_ne!(other.mark(other.current()), mark);
    one.keys.insert(id.clone(), [7; 32]);
    assert_ne!(one.mark(&id), mark);
    assert_eq!(one.mark("k9-0000"), None);
}

#[test]
fn a_key_stands_in_no_error_and_in_no_debug() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.toml");
    let keys = Keys::open(&path).expect("a new file");
    let text = fs::read_to_string(&path).expect("text");
    let id = keys.current();
    let secret = STANDARD.encode(keys.get(id).expect("a key"));
    assert!(text.contains(&secret));
    assert!(!format!("{keys:?}").contains(&secret));
    for broken in [
        text.replace("[keys]", "[keys"),
        text.replace(&secret, &format!("x{secret}")),
        text.replace("current", "curent"),
        text.replace("= \"k1-", "= \"k7-"),
        text.replace(&format!("\"{secret}\""), &secret),
    ] {
        fs::write(&path, &broken).expect("a file");
        let error = Keys::open(&path).expect_err("a fault in it").to_string();
        assert!(!error.contains(&secret[..8]), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.toml");
    Keys::open(&path).expect("a new file");
    let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
    let error = Keys::open(&path).expect_err("too many readers");
    assert!(error.to_string().contains("chmod 600"), "{error}");
}
