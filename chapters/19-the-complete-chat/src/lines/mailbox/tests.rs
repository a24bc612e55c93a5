use super::*;

fn mailbox() -> Mailbox {
    Mailbox::new(LineLimits::default(), Instant::now())
}

fn tell(mailbox: &mut Mailbox, texts: &[&str]) {
    for text in texts {
        assert_eq!(mailbox.tell(&Told::new(text)), Some(Ok(())));
    }
}

fn texts(mailbox: &mut Mailbox, cursor: u64, bytes: usize) -> Vec<String> {
    let news = mailbox.news(cursor, bytes).unwrap_or_default();
    let text = |told: Told| String::from_utf8(told.payload().to_vec());
    news.messages
        .into_iter()
        .map(|told| text(told).expect("text"))
        .collect()
}

#[test]
fn what_is_acknowledged_is_kept_no_longer_and_the_numbers_go_on() {
    let mut mailbox = mailbox();
    tell(&mut mailbox, &["one", "two", "three"]);
    assert_eq!(mailbox.acknowledge(2), Ok(()));
    assert_eq!(mailbox.acknowledge(2), Ok(()), "it may be said twice");
    assert_eq!(mailbox.acknowledge(1), Err(BadCursor::Past));
    assert_eq!(mailbox.acknowledge(4), Err(BadCursor::Future));
    assert_eq!(mailbox.acknowledge(u64::MAX), Err(BadCursor::Future));
    tell(&mut mailbox, &["four"]);
    assert_eq!(texts(&mut mailbox, 2, 1 << 10), ["three", "four"]);
    assert_eq!(texts(&mut mailbox, 3, 1 << 10), ["four"]);
    assert_eq!(mailbox.acknowledge(4), Ok(()));
    assert!(mailbox.news(4, 1 << 10).is_none());
    assert_eq!((mailbox.kept.len(), mailbox.kept_bytes), (0, 0));
}

#[test]
fn a_piece_has_one_message_at_least() {
    let mut mailbox = mailbox();
    let long = "x".repeat(100);
    tell(&mut mailbox, &[&long, "a", "b"]);
    assert_eq!(texts(&mut mailbox, 0, 10), [&*long]);
    assert_eq!(texts(&mut mailbox, 0, 103), [&*long, "a"]);
    // Each has a header of two bytes.
    assert_eq!(texts(&mut mailbox, 1, 6), ["a", "b"]);
}

#[test]
fn a_get_whose_news_are_acknowledged_is_not_the_one_to_bring_them() {
    let mut mailbox = mailbox();
    tell(&mut mailbox, &["one", "two"]);
    let fetch = mailbox.begin_fetch(0).expect("a cursor");
    assert!(!mailbox.is_replaced(fetch, 0));
    mailbox.acknowledge(1).expect("a cursor");
    assert!(
        mailbox.is_replaced(fetch, 0),
        "what comes next is not number 1"
    );
    assert!(!mailbox.is_replaced(fetch, 1));
    mailbox.begin_fetch(1).expect("a cursor");
    assert!(mailbox.is_replaced(fetch, 1));
}

#[test]
fn only_the_end_of_the_last_get_begins_an_absence() {
    let (begin, later) = (Instant::now(), Instant::now());
    let mut mailbox = Mailbox::new(LineLimits::default(), begin);
    assert_eq!(mailbox.absent_since(), Some(begin), "nobody has come yet");
    let first = mailbox.begin_fetch(0).expect("a cursor");
    let second = mailbox.begin_fetch(0).expect("a cursor");
    mailbox.end_fetch(first, later);
    assert_eq!(mailbox.absent_since(), None);
    mailbox.end_fetch(second, later);
    assert_eq!(mailbox.absent_since(), Some(later));
}

#[test]
fn how_it_was_closed_is_told_behind_all_else_and_again() {
    let mut mailbox = mailbox();
    tell(&mut mailbox, &["one", "two"]);
    mailbox.close(1012, "it starts anew");
    assert!(
        mailbox.news(0, 1).expect("news").closed.is_none(),
        "one comes first"
    );
    assert!(!mailbox.is_over());
    for _ in 0..2 {
        let closed = mailbox.news(1, 1).expect("news").closed;
        assert_eq!(closed.map(|closed| closed.code), Some(1012));
        assert!(mailbox.is_over(), "it has been told");
    }
}
