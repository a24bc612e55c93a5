//! Bytes by hand, to chapter 1's server.

use super::*;

/// Sends `text` and follows until the transcript shows `answer`.
async fn shows(text: &str, cut: &str, answer: &str) -> News {
    let lab = Running::start(&Labs::default(), "01", "chapter").await;
    let order = serde_json::json!({ "text": text, "cut": cut }).to_string();
    let (status, text) = lab.act("raw", &order).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
    let mut news = lab.follow().await;
    news.until(answer).await;
    news
}

#[test]
fn a_space_before_the_colon_is_400() {
    run("400 for the space", async {
        let text = "GET / HTTP/1.1\\r\\n\nHost : a\\r\\n\n\\r\\n";
        let news = shows(text, "whole", "HTTP/1.1 400 Bad Request").await;
        assert!(
            news.html.contains("28 bytes by hand, in one write"),
            "{}",
            news.html
        );
    });
}

#[test]
fn two_requests_in_one_write_get_two_answers() {
    run("two answers", async {
        let one = r"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let two = format!("{one}{}", one.replace("GET /", "GET /gone"));
        let news = shows(&two, "whole", "HTTP/1.1 404 Not Found").await;
        assert!(news.html.contains("HTTP/1.1 200 OK"), "{}", news.html);
        assert_eq!(news.tally["connections"], 1);
    });
}

#[test]
fn one_byte_at_a_time_is_the_same_request() {
    run("an answer to a slow request", async {
        let text = r"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let news = shows(text, "bytes", "HTTP/1.1 200 OK").await;
        assert!(news.html.contains("one byte at a time"), "{}", news.html);
    });
}

#[test]
fn half_a_request_is_given_up() {
    run("408 for the rest that does not come", async {
        shows(
            r"GET / HTTP/1.1\r\n",
            "whole",
            "HTTP/1.1 408 Request Timeout",
        )
        .await;
    });
}

#[test]
fn a_wrong_escape_is_told_and_nothing_is_sent() {
    run("a mistake in the text", async {
        let lab = Running::start(&Labs::default(), "01", "chapter").await;
        let order = r#"{"text":"a\\q","cut":"whole"}"#;
        let (status, text) = lab.act("raw", order).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.starts_with(r"line 1: there is no escape \q"), "{text}");
        let lab = Running::start(&Labs::default(), "02", "chapter").await;
        let order = r#"{"text":"a","cut":"whole"}"#;
        assert_eq!(lab.act("raw", order).await.0, StatusCode::NOT_FOUND);
    });
}
