//! Too much, too large, too slow, from too many.

mod common;

use std::time::Duration;

use common::{PASSWORD, Town, in_town, in_town_with, settings};
use gatekeeping::Tries;
use raw_http::Request;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use wiretap::{Dial as _, LinkStream};

/// The status of the next answer.
async fn status(io: &mut LinkStream) -> u16 {
    let mut answer = vec![0; 12];
    io.read_exact(&mut answer).await.expect("an answer");
    let text = String::from_utf8(answer).expect("a status line");
    text[9..].parse().expect("a number")
}

/// The head of a sign-in, whose body is still to come.
fn head(length: &str) -> String {
    format!(
        "POST /api/sign-in HTTP/1.1\r\nHost: chat.test\r\n\
         Content-Type: application/json\r\n{length}\r\n\r\n"
    )
}

#[test]
fn slow_a_body_has_ten_seconds() {
    in_town("a body, byte by byte", async |town: Town| {
        for length in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
            let mut io = town.dialer.dial().await.expect("it listens");
            io.write_all(head(length).as_bytes())
                .await
                .expect("it reads");
            let start = Instant::now();
            let (mut reading, mut writing) = tokio::io::split(io);
            let slowly = async {
                loop {
                    sleep(Duration::from_secs(1)).await;
                    // It is over when nobody reads any more.
                    if writing.write_all(b"1\r\n \r\n").await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            };
            let mut answer = vec![0; 12];
            tokio::select! {
                read = reading.read_exact(&mut answer) => { read.expect("an answer"); }
                () = slowly => {}
            }
            assert_eq!(answer, b"HTTP/1.1 408", "{length}");
            assert_eq!(start.elapsed().as_secs(), 10);
        }
    });
}

#[test]
fn slow_a_head_has_ten_seconds() {
    in_town("a head, and no end", async |town: Town| {
        let mut io = town.dialer.dial().await.expect("it listens");
        io.write_all(b"POST /api/sign-in HTTP/1.1\r\nX: ")
            .await
            .expect("it reads");
        let start = Instant::now();
        io.read_to_end(&mut Vec::new()).await.expect("an end");
        assert_eq!(start.elapsed().as_secs(), 10);
    });
}

#[test]
fn oversize_bodies_are_not_waited_for() {
    in_town("large bodies", async |town: Town| {
        let mut io = town.dialer.dial().await.expect("it listens");
        let declared = head("Content-Length: 1000000000");
        io.write_all(declared.as_bytes()).await.expect("it reads");
        io.write_all(&[b' '; 17 << 10]).await.expect("it reads");
        let start = Instant::now();
        assert_eq!(status(&mut io).await, 413);
        assert_eq!(start.elapsed(), Duration::ZERO);
        let mut ada = town.visitor();
        ada.sign_in("ada", &"x".repeat(16 << 10))
            .await
            .is(413, "too_large");
        let longest = (16 << 10) - r#"{"name":"ada","password":""}"#.len();
        ada.sign_in("ada", &"x".repeat(longest))
            .await
            .is(401, "wrong_credentials");
        // A head has its own bound.
        let request = Request::get("/api/me").header("X", &"x".repeat(17 << 10));
        assert_eq!(ada.send(request).await.status, 431);
    });
}

#[test]
fn floods_of_sign_ins_from_one_address_are_refused() {
    in_town("a flood of sign-ins", async |town: Town| {
        town.citizen("ada").await;
        let before = town.keeper.hashes();
        for number in 0..20 {
            let name = format!("somebody {number}");
            let answer = town.visitor().sign_in(&name, PASSWORD).await;
            answer.is(401, "wrong_credentials");
        }
        let answer = town.visitor().sign_in("ada", PASSWORD).await;
        answer.is(429, "too_many_tries");
        assert_eq!(answer.header("Retry-After"), Some("5"));
        assert_eq!(town.keeper.hashes() - before, 20, "no work is done for it");
        // Others are none the worse for it.
        town.all_come_from("192.0.2.2");
        assert_eq!(town.visitor().sign_in("ada", PASSWORD).await.status, 200);
        town.all_come_from("192.0.2.1");
        sleep(Duration::from_secs(5)).await;
        assert_eq!(town.visitor().sign_in("ada", PASSWORD).await.status, 200);
        town.visitor()
            .sign_in("ada", PASSWORD)
            .await
            .is(429, "too_many_tries");
    });
}

#[test]
fn floods_from_a_network_of_ipv6_are_from_one_customer() {
    in_town("a flood over IPv6", async |town: Town| {
        for number in 0..10 {
            town.all_come_from(&format!("2001:db8::{number}"));
            town.citizen(&format!("person {number}")).await;
        }
        town.all_come_from("2001:db8::ffff:1");
        let answer = town.visitor().sign_up("one more", PASSWORD).await;
        answer.is(429, "too_many_tries");
        town.all_come_from("2001:db8:0:1::1");
        town.citizen("a neighbour").await;
    });
}

#[test]
fn floods_of_guesses_from_everywhere_are_counted_for_the_name() {
    in_town("guesses from two hundred addresses", async |town: Town| {
        town.citizen("ada").await;
        let mut tried = 0;
        for house in 1..=200 {
            town.all_come_from(&format!("198.51.100.{house}"));
            let guess = format!("the guess number {house}");
            let answer = town.visitor().sign_in("Ada", &guess).await;
            tried += u32::from(answer.status == 401);
        }
        assert_eq!(tried, 100);
        // She is kept out as well, for some seconds; and what is right counts for nothing.
        let refused = town.visitor().sign_in("ada", PASSWORD).await;
        refused.is(429, "too_many_tries");
        assert_eq!(refused.header("Retry-After"), Some("6"));
        sleep(Duration::from_secs(6)).await;
        for _ in 0..3 {
            let answer = town.visitor().sign_in("ada", PASSWORD).await;
            assert_eq!(answer.status, 200);
        }
    });
}

#[test]
fn floods_of_guesses_from_one_address_do_not_keep_the_owner_out() {
    in_town("a stranger who guesses for ever", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut eve = town.visitor();
        for minute in 0..30 {
            town.all_come_from("198.51.100.1");
            let mut tried = 0;
            for number in 0..20 {
                let guess = format!("the guess number {minute}-{number}");
                tried += u32::from(eve.sign_in("ada", &guess).await.status == 401);
            }
            assert_eq!(tried, [1, 10][usize::from(minute == 0)]);
            // One more of hers is not tried, even if it is right.
            eve.sign_in("ada", PASSWORD).await.is(429, "too_many_tries");
            town.all_come_from("192.0.2.1");
            assert_eq!(town.visitor().sign_in("ada", PASSWORD).await.status, 200);
            let same = json!({"old": PASSWORD, "new": PASSWORD});
            assert_eq!(ada.post("password", same).await.status, 204);
            sleep(Duration::from_secs(60)).await;
        }
    });
}

#[test]
fn floods_of_guesses_in_the_same_moment_are_counted() {
    in_town("twenty guesses at once", async |town: Town| {
        town.citizen("ada").await;
        let mut guesses = JoinSet::new();
        for number in 0..20 {
            let mut eve = town.visitor();
            let guess = format!("the guess number {number}");
            guesses.spawn(async move { eve.sign_in("ada", &guess).await.status });
        }
        let mut status = guesses.join_all().await;
        status.sort_unstable();
        let expected = [[401; 10], [429; 10]].concat();
        assert_eq!(status, expected, "before it is known what comes of them");
    });
}

#[test]
fn floods_of_one_account_are_counted() {
    let mut few = settings();
    few.limits.posts_per_account = Tries {
        at_once: 5,
        per_minute: 60,
    };
    in_town_with("a client that runs wild", few, async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut bob = town.citizen("bob").await;
        for _ in 0..5 {
            ada.ticket().await;
        }
        let answer = ada
            .post("rooms", json!({"room": "r", "kind": "public"}))
            .await;
        answer.is(429, "too_many_tries");
        assert_eq!(answer.header("Retry-After"), Some("1"));
        bob.ticket().await;
        sleep(Duration::from_secs(1)).await;
        ada.ticket().await;
    });
}
