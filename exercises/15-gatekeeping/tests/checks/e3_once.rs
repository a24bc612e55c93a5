//! Tickets that are given out, shown, shown again, too late, and too many.

use wiretap::verdict::{self, Rule};

use crate::subject::e3_once::{EACH, Full, LIFE, MOST, Secret, Tickets};

const ONCE: Rule = Rule::new("chapter 15", "A ticket is good once.");
const SHORT: Rule =
    Rule::new("chapter 15", "A ticket is good for LIFE, and no longer.");
const BOUND: Rule = Rule::new(
    "chapter 15",
    "There are never more than MOST tickets, and no memory is kept for what is over.",
);
const PROMISED: Rule = Rule::new(
    "the exercise",
    "A ticket that was given out stays good when there is no room for another one.",
);
const OWN: Rule = Rule::new(
    "the exercise",
    "Who asks for more than EACH loses the oldest of their own, and nobody else's.",
);

fn secret(number: u16) -> Secret {
    let mut secret = [0xA5; 16];
    secret[7..9].copy_from_slice(&number.to_be_bytes());
    secret
}

fn name(number: usize) -> &'static str {
    const NAMES: [&str; 26] = [
        "ada", "bob", "carl", "dora", "emil", "fay", "gus", "hal", "ida", "jan", "kim",
        "lea", "max", "ned", "ole", "pia", "quy", "rob", "sue", "tom", "una", "vic",
        "wim", "xia", "yan", "zoe",
    ];
    NAMES[number % NAMES.len()]
}

fn issue(tickets: &mut Tickets, now: u64, who: &'static str, number: u16) {
    if tickets.issue(now, who, secret(number)) == Err(Full) {
        let why = format!("{who} asks for ticket {number} at {now} ms. There is room.");
        verdict::fail(BOUND, why);
    }
}

/// As many as there may be, of 25 people.
fn crowd(tickets: &mut Tickets, now: u64) {
    for number in 0..MOST {
        let of = u16::try_from(number).expect("it fits");
        issue(tickets, now, name(number / EACH), of);
    }
}

#[test]
fn a_ticket_is_shown() {
    let mut tickets = Tickets::default();
    issue(&mut tickets, 1_000, "ada", 1);
    issue(&mut tickets, 1_000, "bob", 2);
    verdict::equal(ONCE, None, tickets.redeem(1_500, secret(3)));
    verdict::equal(ONCE, Some("bob"), tickets.redeem(1_500, secret(2)));
    if tickets.redeem(1_500, secret(2)) == Some("bob") {
        let why = "Bob's ticket is shown a second time, and is good again: whoever has \
                   read it on its way comes in as Bob.";
        verdict::fail(ONCE, why);
    }
    verdict::equal(ONCE, Some("ada"), tickets.redeem(1_600, secret(1)));
    verdict::equal(BOUND, 0, tickets.held());
}

#[test]
fn a_ticket_gets_old() {
    let mut tickets = Tickets::default();
    for number in 0..3 {
        issue(&mut tickets, 500, "ada", number);
    }
    let last = tickets.redeem(500 + LIFE - 1, secret(0));
    verdict::equal(SHORT, Some("ada"), last);
    for (number, late) in [(1, LIFE), (2, 10 * LIFE)] {
        if tickets.redeem(500 + late, secret(number)).is_some() {
            let why = format!("A ticket is shown {late} ms after it was issued.");
            verdict::fail(SHORT, why);
        }
    }
    verdict::equal(BOUND, 0, tickets.held());
}

#[test]
fn no_memory_is_kept_for_what_is_over() {
    let mut tickets = Tickets::default();
    for round in 0..1_000_u16 {
        let now = u64::from(round) * 1_000;
        issue(&mut tickets, now, "ada", round);
        if round % 2 == 0 {
            tickets.redeem(now + 1, secret(round));
        }
        let held = tickets.held();
        if held > EACH {
            let why = format!(
                "Ada has asked for {} tickets, one each second, and shown every other \
                 one. You keep {held}.",
                round + 1
            );
            verdict::fail(BOUND, why);
        }
    }
    let mut tickets = Tickets::default();
    for number in 0..20_u16 {
        issue(&mut tickets, 1_000_000, name(number.into()), 2_000 + number);
    }
    issue(&mut tickets, 1_000_000 + LIFE, "zoe", 3_000);
    let held = tickets.held();
    verdict::mistake(
        BOUND,
        21,
        held,
        "Twenty of them are over, and nobody shows them.",
    );
    verdict::equal(BOUND, 1, held);
}

#[test]
fn there_is_no_room() {
    let mut tickets = Tickets::default();
    crowd(&mut tickets, 0);
    if tickets.issue(10, "zoe", secret(900)).is_ok() {
        let held = tickets.held();
        let why = match held > MOST {
            true => format!("There may be {MOST}, and you keep {held}."),
            false => {
                "Zoe gets one, and there was no room: whose is good no more?".into()
            }
        };
        verdict::fail(if held > MOST { BOUND } else { PROMISED }, why);
    }
    verdict::equal(PROMISED, None, tickets.redeem(11, secret(900)));
    for number in [0, 42, 99] {
        let who = name(usize::from(number) / EACH);
        verdict::equal(PROMISED, Some(who), tickets.redeem(12, secret(number)));
    }
    issue(&mut tickets, 13, "zoe", 901);
    verdict::equal(PROMISED, Some("zoe"), tickets.redeem(14, secret(901)));
    // By then all the others are over.
    crowd(&mut tickets, LIFE);
    verdict::equal(BOUND, MOST, tickets.held());
}

#[test]
fn one_person_asks_for_many() {
    let mut tickets = Tickets::default();
    issue(&mut tickets, 0, "bob", 500);
    for number in 0..10 {
        issue(&mut tickets, 1, "ada", number);
    }
    let bobs = tickets.redeem(2, secret(500));
    verdict::mistake(
        OWN,
        None,
        bobs,
        "Ada has asked for many, and Bob's is gone.",
    );
    verdict::equal(OWN, Some("bob"), bobs);
    let held = tickets.held();
    if held > EACH {
        let why = format!("Ada has asked ten times for a ticket, and you keep {held}.");
        verdict::fail(OWN, why);
    }
    for number in 0..10 {
        let wanted = (number >= 6).then_some("ada");
        let got = tickets.redeem(2, secret(number));
        if got != wanted {
            let why = format!(
                "Of ten tickets of Ada's, 0 to 9, the last four are good. Number \
                 {number}: {got:?}."
            );
            verdict::fail(OWN, why);
        }
    }
}

#[test]
fn one_for_another_when_there_is_no_room() {
    let mut tickets = Tickets::default();
    crowd(&mut tickets, 0);
    if tickets.issue(5, name(0), secret(700)) == Err(Full) {
        let why = "There are as many as there may be, and four of them are Ada's. She asks \
                   for another one, which takes the place of her oldest.";
        verdict::fail(OWN, why);
    }
    verdict::equal(OWN, Some(name(0)), tickets.redeem(6, secret(700)));
    verdict::equal(OWN, None, tickets.redeem(6, secret(0)));
}
