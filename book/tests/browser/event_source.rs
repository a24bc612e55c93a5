//! Chapter 5's streams, read by a real browser's `EventSource`.

use bytes::BytesMut;
use server_sent_events::{Events, Limits, Parser, with_axum};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::streams::{STREAMS, Server, events};
use crate::{Page, in_a_page};

/// What Chromium writes to its console while nobody listens.
const REFUSED: &str = "net::ERR_";

/// Events, and a server of them.
async fn started() -> (Events, Server) {
    let events = events();
    let server = Server::start(&events).await;
    (events, server)
}

/// Waits until the page has been told `text`.
async fn told(page: &Page, text: &str) {
    page.until(&format!("told().includes({text:?})")).await;
}

/// The messages that the page was told, without what became of the connections.
async fn messages(page: &Page) -> String {
    page.text("told().filter(text => text.includes(':')).join('|')")
        .await
}

#[test]
fn an_event_source_survives_a_restart_and_misses_nothing() {
    in_a_page("EventSource over a restart", async |page| {
        let (events, server) = started().await;
        page.go(&format!("{}/", server.origin)).await;
        events.board().append("before the page");
        page.eval("void read('/stream?after=0')").await;
        told(&page, "1: before the page").await;
        events.board().append("while it reads");
        told(&page, "2: while it reads").await;

        let address = server.stop().await;
        told(&page, "interrupted").await;
        events.board().append("while nobody listens");
        let server = Server::start_on(&address, &events).await;
        told(&page, "3: while nobody listens").await;
        events.board().append("afterwards");
        told(&page, "4: afterwards").await;
        assert_eq!(
            messages(&page).await,
            "1: before the page|2: while it reads|3: while nobody listens|4: afterwards"
        );
        server.stop().await;
        page.finish(&[REFUSED]);
    });
}

#[test]
fn an_event_source_survives_a_restart_of_axum() {
    in_a_page("EventSource over a restart of axum", async |page| {
        // The page comes from one server, the stream from another: axum's. Between two
        // origins it would need CORS, so it is the page's own origin that restarts.
        let (events, server) = started().await;
        page.go(&format!("{}/", server.origin)).await;
        let address = server.stop().await;
        let listener = TcpListener::bind(&address).await.expect("its port");
        let (stop, stopped) = oneshot::channel::<()>();
        let first = self::events();
        let shutdown = async { drop(stopped.await) };
        let axum = tokio::spawn(with_axum::serve(listener, first.clone(), shutdown));
        page.eval("void read('/stream?after=0')").await;
        for board in [&first, &events] {
            board.board().append("one");
        }
        // axum's server tells texts as JSON.
        told(&page, "1: \"one\"").await;
        // The stream ends with the board, and the server with the stream.
        drop(stop);
        first.end();
        axum.await.expect("no panic");
        events.board().append("two");
        let listener = TcpListener::bind(&address).await.expect("its port");
        let forever = std::future::pending();
        tokio::spawn(with_axum::serve(listener, events.clone(), forever));
        told(&page, "2: \"two\"").await;
        assert_eq!(messages(&page).await, "1: \"one\"|2: \"two\"");
        page.finish(&[REFUSED]);
    });
}

#[test]
fn six_streams_are_all_that_http_1_1_gives_a_browser() {
    in_a_page("six streams in two tabs, and a request", async |page| {
        let (events, server) = started().await;
        let tabs = [page.beside().await, page];
        for tab in &tabs {
            tab.go(&format!("{}/", server.origin)).await;
            tab.eval("window.sources = [1, 2, 3].map(() => read('/stream'))")
                .await;
            tab.until("told().filter(text => text === 'open').length === 3")
                .await;
        }
        let [other, page] = tabs;
        // The seventh: a request like any other, to the same origin.
        page.eval("void fetch('/hello').then(r => r.text()).then(tell)")
            .await;
        // It waits, and meanwhile an event gets to all six.
        events.board().append("an event");
        for tab in [&other, &page] {
            let told = "told().filter(text => text === '1: an event')";
            tab.until(&format!("{told}.length === 3")).await;
        }
        assert_eq!(page.text("String(told().includes('hello'))").await, "false");
        // One stream is closed, in the other tab, and it is answered.
        other.eval("window.sources[0].close()").await;
        told(&page, "hello").await;
        server.stop().await;
        page.finish(&[REFUSED]);
    });
}

#[test]
fn an_event_source_stops_at_204() {
    in_a_page("EventSource and 204", async |page| {
        let (events, server) = started().await;
        page.go(&format!("{}/", server.origin)).await;
        page.eval("window.source = read('/stream?after=0')").await;
        told(&page, "open").await;
        events.board().append("the last one");
        events.end();
        told(&page, "closed").await;
        assert_eq!(messages(&page).await, "1: the last one");
        assert_eq!(page.text("String(window.source.readyState)").await, "2");
        assert_eq!(server.streams_asked(), 2, "the stream, and the 204");
        server.stop().await;
        page.finish(&[]);
    });
}

#[test]
fn an_event_source_stops_at_503_too() {
    in_a_page("EventSource and 503", async |page| {
        let server = Server::start(&events()).await;
        page.go(&format!("{}/", server.origin)).await;
        page.eval("void read('/busy')").await;
        told(&page, "closed").await;
        assert_eq!(page.text("told().join()").await, "closed");
        server.stop().await;
        page.finish(&["503"]);
    });
}

/// What our parser makes of a stream, as the page tells it.
fn by_our_parser(stream: &[u8]) -> Vec<String> {
    let mut parser = Parser::new(Limits::default());
    let mut buffer = BytesMut::from(stream);
    let mut told = Vec::new();
    while let Some(message) = parser.decode(&mut buffer).expect("short streams") {
        // The page listens to the default type only.
        if message.event_type == "message" {
            told.push(format!("{}: {}", message.last_event_id, message.data));
        }
    }
    told
}

#[test]
fn a_browser_reads_what_our_parser_reads() {
    in_a_page("EventSource and our parser", async |page| {
        let server = Server::start(&events()).await;
        page.go(&format!("{}/", server.origin)).await;
        for (n, stream) in STREAMS.iter().enumerate() {
            // To its end; it would come back and read it again.
            let read = format!(
                "new Promise(done => {{
                    const source = new EventSource('/raw/{n}');
                    const told = [];
                    source.onmessage = e => told.push(`${{e.lastEventId}}: ${{e.data}}`);
                    source.onerror = () => {{ source.close(); done(told); }};
                }})"
            );
            let by_browser: Vec<String> =
                serde_json::from_value(page.eval(&read).await).expect("texts");
            let shown = stream.escape_ascii();
            assert_eq!(by_browser, by_our_parser(stream), "{shown}");
        }
        server.stop().await;
        page.finish(&[]);
    });
}
