//! The lab of chapter 15: tickets, sign-outs, and who may open a socket.

use serde_json::json;

use super::rooms::{Window, hears, opened, say};
use super::*;

impl Running {
    /// Asks the door for something that it does; what came of it.
    async fn door(&self, order: Value) -> Value {
        let (status, outcome) = self.act("door", &order.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{outcome}");
        serde_json::from_str(&outcome).expect("JSON")
    }
}

async fn ends(window: &mut Window) -> String {
    loop {
        let event = window.0.read().await.expect("an end");
        let event = format!("{event:?}");
        if event.contains("Closed") {
            return event;
        }
    }
}

#[test]
fn a_ticket_lets_in_once_until_the_session_ends() {
    run("the lab of chapter 15", async {
        let lab = Running::start(&Labs::default(), "15", "chapter").await;
        let (status, why) = lab.act("door", r#"{"do":"ticket"}"#).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(why.contains("nobody is signed in"), "{why}");
        assert_eq!(lab.door(json!({"do": "sign-in"})).await, "done");
        let issued = lab.door(json!({"do": "ticket"})).await;
        assert_eq!(issued["ticket"]["seconds"], 30);
        let ticket = &issued["ticket"]["ticket"];
        let hello = json!({"type": "hello", "version": 3, "ticket": ticket});
        let mut ada = opened(&lab, PAGE).await.expect("it is the page");
        say(&mut ada, hello.clone()).await;
        assert_eq!(hears(&mut ada, "welcome").await["name"], "ada");
        let mut again = opened(&lab, PAGE).await.expect("it is the page");
        say(&mut again, hello).await;
        assert_eq!(hears(&mut again, "error").await["code"], "bad_ticket");
        assert!(ends(&mut again).await.contains("4003"));
        assert_eq!(lab.door(json!({"do": "sign-out"})).await, "done");
        assert!(ends(&mut ada).await.contains("4004"));
        // And in again, with the account that is there.
        assert_eq!(lab.door(json!({"do": "sign-in"})).await, "done");
        lab.door(json!({"do": "ticket"})).await;
    });
}

#[test]
fn a_socket_from_elsewhere_is_told_in_words() {
    run("sockets from elsewhere", async {
        let lab = Running::start(&Labs::default(), "15", "chapter").await;
        for (origin, told) in [
            ("http://teapots.test", "403"),
            ("null", "403"),
            ("http://localhost:41000", "403"),
            (PAGE, "4003"),
            ("", "4003"),
        ] {
            let order = json!({"do": "from", "origin": origin});
            let outcome = lab.door(order).await["told"].to_string();
            assert!(outcome.contains(told), "{origin}: {outcome}");
        }
        for origin in ["a b", "http://x\r\nA: b", &"a".repeat(101)] {
            let order = json!({"do": "from", "origin": origin}).to_string();
            let (status, why) = lab.act("door", &order).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        }
        let history = Running::start(&Labs::default(), "14", "chapter").await;
        let (status, why) = history.act("door", r#"{"do":"ticket"}"#).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(why.contains("chapter 15"), "{why}");
    });
}
