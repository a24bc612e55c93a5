//! A lab that runs as it should.

use super::*;

#[test]
fn what_the_browser_asks_is_served_and_shown() {
    run("a request and its answer are shown", async {
        let lab = Running::start(&Labs::default(), "01", "chapter").await;
        let response = lab.get("/").await;
        assert_eq!(response.status, 200);
        let allowed = response.headers.get("Access-Control-Allow-Origin");
        assert_eq!(allowed, Some(PAGE), "the page may read it");

        let mut news = lab.follow().await;
        news.until("HTTP/1.1 200 OK").await;
        news.until("&lt;title&gt;").await;
        assert!(news.html.contains("GET / HTTP/1.1"), "{}", news.html);
        assert!(news.html.contains(&format!("Origin: {PAGE}\\r\\n")));
        assert_eq!(news.tally["connections"], 1);
        assert_eq!(news.tally["requests"], 1);
        assert_eq!(news.tally["responses"], 1);
        let body = response.body.len() as u64;
        assert_eq!(news.tally["payload_bytes"], body);
    });
}

#[test]
fn an_event_that_the_page_publishes_is_there_for_the_next_poll() {
    run("an event is published, polled and delivered", async {
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        let empty = lab.get("/events?after=0").await;
        assert_eq!(&empty.body[..], br#"{"events":[],"next":0}"#);
        assert_eq!(
            lab.act("publish", "hello").await,
            (StatusCode::OK, "1".into())
        );
        let page = lab.get("/events?after=0").await;
        let expected = br#"{"events":[{"seq":1,"text":"hello"}],"next":1}"#;
        assert_eq!(&page.body[..], expected);
        assert_eq!(lab.act("delivered", "[1]").await.0, StatusCode::NO_CONTENT);
        let mut news = lab.follow().await;
        news.until("event 1 published").await;
        news.until("event 1 delivered").await;
    });
}

#[test]
fn a_question_of_chapter_3_is_held_until_an_event_is_published() {
    run("a question is held, and answered", async {
        let lab = Running::start(&Labs::default(), "03", "chapter").await;
        let mut news = lab.follow().await;
        let publish = async {
            news.until("GET /events?after=0").await;
            assert!(!news.html.contains("HTTP/1.1 200"), "{}", news.html);
            lab.act("publish", "hello").await
        };
        let (page, published) = tokio::join!(lab.get("/events?after=0"), publish);
        assert_eq!(published, (StatusCode::OK, "1".into()));
        let expected = br#"{"events":[{"seq":1,"text":"hello"}],"next":1}"#;
        assert_eq!(&page.body[..], expected);
        news.until("event 1 published").await;
    });
}

#[test]
fn a_lab_that_ends_answers_those_who_wait() {
    run("a question is held while its lab ends", async {
        let lab = Running::start(&Labs::default(), "03", "chapter").await;
        let mut news = lab.follow().await;
        let stop = async {
            news.until("GET /events?after=0").await;
            lab.act("stop", "").await
        };
        let (page, _) = tokio::join!(lab.get("/events?after=0"), stop);
        assert_eq!(&page.body[..], br#"{"events":[],"next":0}"#);
    });
}

#[test]
fn an_event_without_text_or_with_too_much_is_refused() {
    run("two events are refused", async {
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        for text in [" ", &"x".repeat(201)] {
            let (status, _) = lab.act("publish", text).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{text:?}");
        }
    });
}

#[test]
fn a_fresh_connection_per_request_is_the_servers_doing() {
    run("connections are closed, then kept again", async {
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        let closes = async || {
            let response = lab.get("/board").await;
            response.headers.has_token("connection", "close")
        };
        assert!(!closes().await, "kept by default");
        assert_eq!(lab.act("fresh", "true").await.0, StatusCode::NO_CONTENT);
        assert!(closes().await, "fresh");
        assert_eq!(lab.act("fresh", "false").await.0, StatusCode::NO_CONTENT);
        assert!(!closes().await, "kept again");
    });
}

#[test]
fn a_page_that_comes_back_goes_on_where_it_was() {
    run("the second follower gets the rest", async {
        let lab = Running::start(&Labs::default(), "01", "chapter").await;
        lab.get("/first").await;
        let mut news = lab.follow().await;
        news.until("GET /first").await;
        news.until("There is no such resource").await;
        drop(news);

        lab.get("/second").await;
        let request = Request::get(lab.path("events?since=0"))
            .header("last-event-id", "4")
            .body(Body::empty())
            .expect("a request");
        let response = lab
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let mut news = News {
            body: response.into_body().into_data_stream(),
            held: Vec::new(),
            html: String::new(),
            tally: Value::Null,
            shown: Value::Null,
        };
        news.until("GET /second").await;
        assert!(!news.html.contains("GET /first"), "{}", news.html);
    });
}

#[test]
fn stopping_ends_the_server_and_tells_the_page() {
    run("the lab is stopped", async {
        let lab = Running::start(&Labs::default(), "01", "chapter").await;
        let mut news = lab.follow().await;
        assert!(lab.is_listening().await);
        assert_eq!(lab.act("stop", "").await.0, StatusCode::NO_CONTENT);
        assert_eq!(news.until_the_end().await, "Stopped.");
        lab.listens_no_more().await;
    });
}

#[test]
fn the_end_of_the_program_is_the_end_of_its_labs() {
    run("the labs drain", async {
        let labs = Labs::default();
        let lab = Running::start(&labs, "01", "chapter").await;
        let mut news = lab.follow().await;
        labs.drain().await;
        assert_eq!(news.until_the_end().await, "Stopped.");
        lab.listens_no_more().await;
        let gone = ask(&lab.router, "GET", &lab.path("events"), "").await;
        assert_eq!(
            gone.status(),
            StatusCode::NO_CONTENT,
            "an EventSource stops"
        );
        assert_eq!(lab.act("publish", "x").await.0, StatusCode::GONE);
        let start = r#"{"target":"chapter"}"#;
        let (status, _) = act(&lab.router, "POST", "/-/labs/01/start", start).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    });
}

#[test]
fn a_lab_that_does_not_exist_is_not_found() {
    run("chapter 99 has no lab", async {
        let start = r#"{"target":"chapter"}"#;
        let router = Labs::default().router();
        for chapter in ["99", "1", "00", "x"] {
            let path = format!("/-/labs/{chapter}/start");
            let (status, text) = act(&router, "POST", &path, start).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{text}");
        }
    });
}
