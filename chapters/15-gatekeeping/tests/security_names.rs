//! Names: who could be taken for another, and who is told which there are.

mod common;

use common::{PASSWORD, Town, in_town, in_town_with, settings};
use gatekeeping::Tries;
use serde_json::json;

#[test]
fn lookalike_names_are_taken() {
    in_town("names that look like others", async |town: Town| {
        for (house, (name, others)) in (1..).zip([
            ("Ian", &["ian", "IAN", "lan", "Lan", "Іаn"][..]),
            ("paypal", &["раураl", "PayPal", "paypaI", "pay\u{fe0f}pal"]),
            ("modern", &["rnodern", "m\u{43e}dern", "MODERN", "m0dern"]),
            ("Ann Lee", &["ann  lee", "Ann\u{a0}Lee", "ann lее"]),
        ]) {
            town.all_come_from(&format!("192.0.2.{house}"));
            town.citizen(name).await;
            for other in others {
                let answer = town.visitor().sign_up(other, PASSWORD).await;
                let taken = answer.code() == "name_taken";
                // Or it has a sign that cannot be seen.
                assert!(taken || answer.code() == "malformed", "{other}: {answer:?}");
            }
        }
    });
}

#[test]
fn lookalike_characters_that_turn_the_line_around_are_refused() {
    in_town("names with signs that are not seen", async |town: Town| {
        for name in [
            "\u{202e}ada",
            "a\u{200d}da",
            "a\u{ad}da",
            "ad\u{2066}a",
            "\u{feff}ada",
        ] {
            let answer = town.visitor().sign_up(name, PASSWORD).await;
            answer.is(400, "malformed");
            assert_eq!(answer.json["error"]["field"], "name");
        }
    });
}

#[test]
fn enumeration_who_has_no_account_is_answered_as_who_has() {
    in_town("names that are tried", async |town: Town| {
        town.citizen("ada").await;
        let mut answers = Vec::new();
        for name in ["ada", "nobody", "", "\u{202e}", &"x".repeat(5000)] {
            let before = town.keeper.hashes();
            let mut answer = town.visitor().sign_in(name, "not her password").await;
            answer.is(401, "wrong_credentials");
            assert_eq!(
                town.keeper.hashes() - before,
                1,
                "the same work for {name:?}"
            );
            answer.response.headers.remove("date");
            answers.push(answer.response);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
    });
}

#[test]
fn enumeration_a_name_that_is_nobodys_is_locked_as_one_that_is() {
    let mut few = settings();
    few.limits.wrong_per_address = Tries {
        at_once: 3,
        per_minute: 1,
    };
    in_town_with("many guesses", few, async |town: Town| {
        town.citizen("ada").await;
        for name in ["ada", "nobody"] {
            let mut status = Vec::new();
            for guess in 0..5 {
                let password = format!("the guess number {guess}");
                let answer = town.visitor().sign_in(name, &password).await;
                status.push((
                    answer.status,
                    answer.header("Retry-After").map(str::to_owned),
                ));
            }
            let wrong = (401, None);
            let locked = (429, Some("60".to_owned()));
            let expected =
                [wrong.clone(), wrong.clone(), wrong, locked.clone(), locked];
            assert_eq!(status, expected, "{name}");
        }
    });
}

#[test]
fn a_person_is_found_by_the_name_in_any_letters() {
    in_town("a sign-in in capitals", async |town: Town| {
        town.citizen("Ann Lee").await;
        for name in ["ann lee", "ANN LEE", " Ann  Lee ", "Ａnn Lee"] {
            let answer = town.visitor().sign_in(name, PASSWORD).await;
            assert_eq!(answer.json, json!({"name": "Ann Lee"}), "{name}");
        }
    });
}
