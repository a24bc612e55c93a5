//! Chapter 5's streams, read by a real browser's `EventSource`.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use http_streaming::{Answer, Handler as _};
use long_polling::WaitingBoard;
use raw_http::{Config, Request, Response};
use server_sent_events::{
    EVENT_STREAM, EventBlocks, Events, Limits, Parser, Streams, handler, with_axum,
};
use short_polling::Board;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Page, in_a_page};

/// An empty page that tells what its scripts tell it.
const PAGE: &str = "<!doctype html><title>A reader</title><main><ol></ol></main>
    <script>
    const tell = text => document.querySelector('ol').append(
        Object.assign(document.createElement('li'), { textContent: text }));
    const told = () => [...document.querySelectorAll('li')].map(li => li.textContent);
    const read = path => {
        const source = new EventSource(path);
        source.onopen = () => tell('open');
        source.onmessage = event => tell(`${event.lastEventId}: ${event.data}`);
        source.onerror = () => tell(source.readyState === 2 ? 'closed' : 'interrupted');
        return source;
    };
    </script>";

/// What Chromium writes to its console while nobody listens.
const REFUSED: &str = "net::ERR_";

/// Events that are told with short waits: a test has no time to lose.
fn events() -> Events {
    let kept = NonZeroUsize::new(100).expect("not 0");
    let streams = Streams {
        retry: Duration::from_millis(50),
        ..Streams::default()
    };
    Events::new(WaitingBoard::new(Board::new(kept).into(), 0), streams)
}

/// A server on loopback that ends when it is told to.
struct Server {
    origin: String,
    /// How many requests for a stream have come.
    streams_asked: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// On any port.
    async fn start(events: &Events) -> Self {
        Self::start_on("127.0.0.1:0", events).await
    }

    async fn start_on(address: &str, events: &Events) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("it has one"));
        let streams_asked = Arc::new(AtomicUsize::new(0));
        let (board, asked) = (handler(events.clone()), Arc::clone(&streams_asked));
        let handler = move |request: Request| {
            let (board, asked) = (board.clone(), Arc::clone(&asked));
            async move {
                match request.path_and_query().0 {
                    "/" => whole(200, "text/html", PAGE),
                    "/hello" => whole(200, "text/plain", "hello"),
                    "/favicon.ico" => Answer::Whole(Response::new(204)),
                    "/busy" => whole(503, EVENT_STREAM, ""),
                    "/stream" => {
                        asked.fetch_add(1, Ordering::SeqCst);
                        board.call(request).await
                    }
                    path => match path.strip_prefix("/raw/").map(str::parse::<usize>) {
                        Some(Ok(n)) => whole(200, EVENT_STREAM, STREAMS[n]),
                        _ => board.call(request).await,
                    },
                }
            }
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        let config = Config::default();
        let task =
            tokio::spawn(http_streaming::serve(listener, handler, config, shutdown));
        Self {
            origin,
            streams_asked,
            stop,
            task,
        }
    }

    fn streams_asked(&self) -> usize {
        self.streams_asked.load(Ordering::SeqCst)
    }

    /// Stops it, and gives the address for its successor.
    async fn stop(self) -> String {
        drop(self.stop);
        self.task.await.expect("no panic");
        self.origin.trim_start_matches("http://").to_owned()
    }
}

fn whole(
    status: u16,
    media_type: &str,
    body: impl Into<bytes::Bytes>,
) -> Answer<EventBlocks> {
    Answer::Whole(Response::with_type(status, media_type, body))
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
        let events = events();
        let server = Server::start(&events).await;
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
        let events = events();
        let server = Server::start(&events).await;
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
        let events = events();
        let server = Server::start(&events).await;
        let tabs = [page.beside().await, page];
        for tab in &tabs {
            tab.go(&format!("{}/", server.origin)).await;
            tab.eval("window.sources = [1, 2, 3].map(() => read('/stream'))")
                .await;
            tab.until("told().filter(text => text === 'open').length === 3")
                .await;
        }
        let [other, page] = tabs;
        // The seventh, an ordinary request, waits while an event gets to all six.
        page.eval("void fetch('/hello').then(r => r.text()).then(tell)")
            .await;
        events.board().append("an event");
        for tab in [&other, &page] {
            tab.until("told().filter(text => text === '1: an event').length === 3")
                .await;
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
        let events = events();
        let server = Server::start(&events).await;
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

/// Streams that parsers differ about.
const STREAMS: [&[u8]; 14] = [
    b"data: a\n\ndata: b\n",
    b"\xef\xbb\xbfdata: a\n\n",
    b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n",
    b"data: a\rdata: b\r\rdata: c\r\n\r\ndata: d\n\r",
    b"data\n\ndata:\n\ndata: \n\ndata\ndata\n\n",
    b"data:a\n\ndata:  a\n\ndata:\ta\n\n",
    b"Data: a\n\n data: b\n\ndata : c\n\ndata: d\n\n",
    b"id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    b"id: 7\n\ndata: a\n\nid: 8\0\ndata: b\n\n",
    b"id: 7\ndata: a\n\nid: 8\n",
    b": comment\ndata: a\n:data: b\n\n",
    b"event: other\ndata: a\n\nevent:\ndata: b\n\nevent: x\n\ndata: c\n\n",
    b"data: caf\xe9!\n\ndata: \xe2\x82\n\n",
    b"id: \xc3\xbc\ndata: f\xc3\xbcr 5 \xe2\x82\xac\n\n",
];

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
