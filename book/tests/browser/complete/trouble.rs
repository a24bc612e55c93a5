//! Tunnels, restarts, blocked ways and sessions that end: nothing is lost, and nothing is
//! there twice.

use std::sync::atomic::Ordering::Relaxed;

use super::actions::{
    WORDS, create, enter, has_status, holds, is_connected, look, network, say, shown,
    sign_up, stands,
};
use super::server::Stopped;
use crate::in_a_page;

/// What Chromium writes to its console about a request that comes to nothing. A script cannot
/// keep it from that.
const REFUSED: &str = "net::ERR_";

/// The same about a WebSocket that was refused, a stream that was, and a session that has
/// ended.
const BLOCKED: [&str; 3] = [REFUSED, "status of 403", "Unexpected response code: 403"];

#[test]
fn nothing_is_lost_or_doubled_offline_and_over_a_killed_server() {
    in_a_page("two people, cut and restarted", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.apart().await);
        sign_up(&ann, &url, "Ann").await;
        create(&ann, "harbour", "public").await;
        sign_up(&bob, &url, "Bob").await;
        enter(&bob, "harbour").await;
        say(&ann, "one").await;
        stands(&bob, &["one"]).await;

        // Ann goes into a tunnel, and writes there.
        network(&ann, true).await;
        let server = server.kill().await.start().await;
        shown(&ann, "banner").await;
        holds(&ann, "banner-why", "This device is offline").await;
        say(&ann, "from the tunnel").await;
        holds(&ann, "log", "Sending").await;
        look(&ann, "offline").await;
        is_connected(&bob).await;
        say(&bob, "are you there?").await;
        stands(&bob, &["one", "are you there?"]).await;
        network(&ann, false).await;
        is_connected(&ann).await;
        let three = ["one", "are you there?", "from the tunnel"];
        stands(&ann, &three).await;
        stands(&bob, &three).await;

        // The server is killed, with something on its way to it, and one page is loaded anew.
        let stopped = server.kill().await;
        for (page, name) in [(&ann, "Ann"), (&bob, "Bob")] {
            shown(page, "banner").await;
            holds(page, "banner-when", "Next attempt in").await;
            say(page, &format!("{name}, while it is dead")).await;
            say(page, &format!("{name} again")).await;
        }
        look(&bob, "dead").await;
        let server = stopped.start().await;
        is_connected(&ann).await;
        let anns = ["Ann, while it is dead", "Ann again"];
        stands(&ann, &[&three[..], &anns].concat()).await;
        is_connected(&bob).await;
        let bobs = ["Bob, while it is dead", "Bob again"];
        for page in [&ann, &bob] {
            stands(page, &[&three[..], &anns, &bobs].concat()).await;
        }
        assert_eq!(server.kill().await.entries("harbour").await, 7);
        for page in [ann, bob] {
            page.finish(&[REFUSED]);
        }
    });
}

#[test]
fn what_waits_outlives_a_reload() {
    in_a_page("a reload with a draft", async |ann| {
        let server = Stopped::new().start().await;
        sign_up(&ann, &server.url(), "Ann").await;
        create(&ann, "harbour", "public").await;
        let stopped = server.kill().await;
        shown(&ann, "banner").await;
        say(&ann, "said to nobody").await;
        ann.set("#text", "half a sen").await;
        let kept = ann.text("sessionStorage.getItem('chat:Ann')").await;
        let server = stopped.start().await;
        // As if it were loaded anew, without the question whether one is sure.
        let again = ann.beside().await;
        again.go(&format!("{}app/base.css", server.url())).await;
        again
            .eval(&format!("sessionStorage.setItem('chat:Ann', {kept:?})"))
            .await;
        again.go(&server.url()).await;
        stands(&again, &["said to nobody"]).await;
        let draft = "document.getElementById('text').value";
        assert_eq!(again.text(draft).await, "half a sen");
        is_connected(&ann).await;
        stands(&ann, &["said to nobody"]).await;
        assert_eq!(server.kill().await.entries("harbour").await, 1);
        for page in [ann, again] {
            // A style that is looked at as a page has no icon.
            page.finish(&[REFUSED, "favicon.ico"]);
        }
    });
}

#[test]
fn where_websockets_are_blocked_it_finds_another_way() {
    in_a_page("server-sent events, long polling, and back", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.apart().await);
        server.blocked().websockets.store(true, Relaxed);
        sign_up(&ann, &url, "Ann").await;
        has_status(&ann, "By server-sent events").await;
        create(&ann, "harbour", "public").await;
        server.blocked().websockets.store(false, Relaxed);
        sign_up(&bob, &url, "Bob").await;
        has_status(&bob, "Connected").await;
        enter(&bob, "harbour").await;
        say(&ann, "by events").await;
        stands(&bob, &["by events"]).await;
        say(&bob, "by WebSocket").await;
        let mut words = vec!["by events", "by WebSocket"];
        stands(&ann, &words).await;
        look(&ann, "events").await;

        // The server is stopped, and streams are blocked as well.
        server.blocked().websockets.store(true, Relaxed);
        server.blocked().streams.store(true, Relaxed);
        let server = server.drain().await.start().await;
        for page in [&ann, &bob] {
            has_status(page, "By long polling").await;
        }
        say(&ann, "by polling").await;
        words.push("by polling");
        stands(&bob, &words).await;
        say(&bob, "by polling as well").await;
        words.push("by polling as well");
        stands(&ann, &words).await;
        look(&ann, "polling").await;

        assert_eq!(server.kill().await.entries("harbour").await, 4);
        for page in [ann, bob] {
            page.finish(&BLOCKED);
        }
    });
}

#[test]
fn a_session_that_ends_keeps_what_was_written() {
    in_a_page("a session that ends", async |ann| {
        let server = Stopped::new().start().await;
        sign_up(&ann, &server.url(), "Ann").await;
        create(&ann, "harbour", "public").await;
        say(&ann, "before").await;
        stands(&ann, &["before"]).await;
        ann.set("#text", "half a sen").await;
        let password = "another horse battery";
        server.ends_sessions_of("Ann", password).await;
        shown(&ann, "again-dialog").await;
        look(&ann, "again").await;
        ann.set("#again-password", "a wrong one, by far").await;
        ann.click("#again-dialog .primary").await;
        holds(&ann, "again-dialog", "do not belong together").await;
        ann.set("#again-password", password).await;
        ann.click("#again-dialog .primary").await;
        is_connected(&ann).await;
        let draft = "document.getElementById('text').value";
        assert_eq!(ann.text(draft).await, "half a sen");
        say(&ann, "after").await;
        stands(&ann, &["before", "after"]).await;
        // Whoever signs out leaves nothing behind.
        ann.eval("document.getElementById('account-open').click()")
            .await;
        ann.loads_anew(async || ann.click("#sign-out").await).await;
        shown(&ann, "sign").await;
        holds(&ann, "sign-title", "Sign in").await;
        assert_eq!(ann.text(&format!("{WORDS}.join()")).await, "");
        assert_eq!(ann.text("String(sessionStorage.length)").await, "0");
        assert_eq!(server.kill().await.entries("harbour").await, 2);
        ann.finish(&["status of 401"]);
    });
}

#[test]
fn what_waited_when_a_session_ended_is_kept_once() {
    in_a_page("a session that ends in a tunnel", async |ann| {
        let server = Stopped::new().start().await;
        sign_up(&ann, &server.url(), "Ann").await;
        create(&ann, "harbour", "public").await;
        network(&ann, true).await;
        let server = server.kill().await.start().await;
        shown(&ann, "banner").await;
        say(&ann, "from the tunnel").await;
        let password = "another horse battery";
        server.ends_sessions_of("Ann", password).await;
        network(&ann, false).await;
        ann.until(
            "(document.getElementById('banner').getClientRects().length === 0
                || document.getElementById('banner-now').click(),
             document.getElementById('again-dialog').open)",
        )
        .await;
        holds(&ann, "again-kept", "one message waits").await;
        ann.set("#again-password", password).await;
        ann.click("#again-dialog .primary").await;
        stands(&ann, &["from the tunnel"]).await;
        assert_eq!(server.kill().await.entries("harbour").await, 1);
        ann.finish(&[REFUSED, "status of 401"]);
    });
}
