//! A server on loopback whose streams the tests have a browser read.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_streaming::{Answer, Handler as _};
use long_polling::WaitingBoard;
use raw_http::{Config, Request, Response};
use server_sent_events::{EVENT_STREAM, EventBlocks, Events, Streams, handler};
use short_polling::Board;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// An empty page that tells what its scripts tell it.
const PAGE: &str = "<!doctype html><title>A reader</title>
    <!-- Its own icon: the browser shall ask for nothing beside the stream. -->
    <link rel=icon href='data:,'><main><ol></ol></main>
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

/// Streams that parsers differ about.
pub(crate) const STREAMS: [&[u8]; 14] = [
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

/// Events that are told with short waits: a test has no time to lose.
pub(crate) fn events() -> Events {
    let kept = NonZeroUsize::new(100).expect("not 0");
    let streams = Streams {
        retry: Duration::from_millis(50),
        ..Streams::default()
    };
    Events::new(WaitingBoard::new(Board::new(kept).into(), 0), streams)
}

/// A server on loopback that ends when it is told to.
pub(crate) struct Server {
    pub(crate) origin: String,
    /// How many requests for a stream have come.
    streams_asked: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// On any port.
    pub(crate) async fn start(events: &Events) -> Self {
        Self::start_on("127.0.0.1:0", events).await
    }

    /// On this address, which another server may just have left.
    pub(crate) async fn start_on(address: &str, events: &Events) -> Self {
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

    pub(crate) fn streams_asked(&self) -> usize {
        self.streams_asked.load(Ordering::SeqCst)
    }

    /// Stops it, and gives the address for its successor.
    pub(crate) async fn stop(self) -> String {
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
