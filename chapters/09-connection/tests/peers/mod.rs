//! Our two ends for strangers: a server that does what it is told, and a client that tries
//! everything.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use connection::{
    CloseCode, Closed, Config, Event, Message, Reader, ServerConfig, WebSocket, Writer,
    connect, serve,
};
use handshake::{Accepted, Offer, Origins, Policy, Refusal};
use raw_http::RequestHead;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// How long a conversation may take, far more than it needs: nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(30);

/// What a stranger's client prints of its conversation with our server. The answer to a
/// Close has its code, and no reason.
pub(crate) const TOLD: &str = "\
text héllo 🦀
binary 00ff80
fragments abc
pong hi
pinged pong: are you there
mebibyte 1048576
closed 4000 
closed 4001 done
bad 1002
utf-8 1007
";

/// How our server saw the four connections of such a client end, sorted. These peers answer
/// a Close with its reason too.
pub(crate) const ENDS: [&str; 4] =
    ["1006, 1002", "1006, 1007", "4000 bye", "4001 done"];

/// How a stranger's server saw the four connections of our client end, by code.
pub(crate) const CODES: [&str; 4] = ["4000 bye", "4001", "1002", "1007"];

pub(crate) fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let builder = builder.worker_threads(1).enable_all();
    builder.build().expect("a runtime")
}

/// Our server on a port of loopback. It ends with its runtime.
pub(crate) struct Ours {
    pub(crate) address: SocketAddr,
    ends: Receiver<String>,
    _runtime: Runtime,
}

impl Ours {
    pub(crate) fn start() -> Self {
        Self::deciding(|request| {
            let policy = Policy {
                origins: Origins::Any,
                ..Policy::default()
            };
            policy.check(request)
        })
    }

    pub(crate) fn deciding(
        decide: impl Fn(&RequestHead) -> Result<Accepted, Refusal> + Clone + Send + 'static,
    ) -> Self {
        let runtime = runtime();
        // No test has more connections.
        let (noting, ends) = mpsc::sync_channel(16);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let decide = move |request: &RequestHead| {
            let noting = noting.clone();
            let handler = |websocket| async move {
                let end = obey(websocket).await;
                // Nobody listens once the test is over.
                let _ = noting.try_send(end);
            };
            Ok((decide(request)?, handler))
        };
        let config = ServerConfig::default();
        runtime.spawn(serve(listener, config, decide, std::future::pending()));
        Self {
            address,
            ends,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    /// How so many connections ended, sorted. Waits for them.
    pub(crate) fn ends(&self, count: usize) -> Vec<String> {
        let end = |_| self.ends.recv_timeout(DEADLINE).expect("an end");
        let mut ends: Vec<_> = (0..count).map(end).collect();
        ends.sort();
        ends
    }
}

/// Does what it is told, and echoes the rest; gives how it ended.
async fn obey(websocket: WebSocket<TcpStream>) -> String {
    let (mut reader, mut writer) = websocket.split();
    let mut end = "without an end".to_owned();
    while let Some(event) = reader.read().await {
        // That the peer has gone, the reader tells.
        let _ = match event {
            Event::Message(Message::Text(text)) if text == "close me" => {
                let code = CloseCode::new(4001).expect("a code");
                writer.close(code, "done")
            }
            Event::Message(Message::Text(text)) if text == "ping me" => {
                writer.ping(b"are you there").await
            }
            Event::Message(message) => writer.send(message).await,
            Event::Pong(payload) => {
                let text = format!("pong: {}", String::from_utf8_lossy(&payload));
                writer.send(Message::Text(text.into())).await
            }
            Event::Ping(_) => Ok(()),
            // Not the end of the loop: our Close is still to be written.
            Event::Closed(closed) => {
                end = shown(&closed);
                Ok(())
            }
        };
    }
    end
}

/// What the peer said at the end; or 1006, and the code that it was told.
fn shown(closed: &Closed) -> String {
    match closed {
        Closed::Failed(failure) => format!("1006, {}", failure.close_code().get()),
        Closed::Agreed(_) | Closed::Lost | Closed::TimedOut => closed.to_string(),
    }
}

/// Our client at a stranger's server.
pub(crate) struct Client {
    reader: Reader<TcpStream>,
    writer: Writer<TcpStream>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let io = TcpStream::connect(address).await.expect("it listens");
        let url = format!("ws://{address}/").parse().expect("a URL");
        let opened = connect(io, Offer::new(&url), Config::default()).await;
        let (reader, writer) = opened.expect("a handshake").0.split();
        Self { reader, writer }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        let message = Message::Text(text.into());
        self.writer.send(message).await.expect("it is open");
    }

    async fn next(&mut self) -> Event<'_> {
        self.reader.read().await.expect("something happens")
    }

    async fn expect_text(&mut self, expected: &str) {
        loop {
            match self.next().await {
                Event::Message(message) => {
                    return assert_eq!(message, Message::Text(expected.into()));
                }
                // Its pong is on its way.
                Event::Ping(payload) => assert_eq!(*payload, *b"are you there"),
                other => panic!("{expected:?}: {other:?}"),
            }
        }
    }

    async fn expect_end(&mut self) -> String {
        let end = match self.next().await {
            Event::Closed(closed) => shown(&closed),
            other => panic!("an end, and not {other:?}"),
        };
        // Our Close is still to be written.
        while self.reader.read().await.is_some() {}
        end
    }
}

/// Tries everything with a stranger's server, and tells it to stop.
pub(crate) fn try_everything(address: SocketAddr) {
    let talk = async {
        let mut client = Client::connect(address).await;
        client.send("héllo 🦀").await;
        client.expect_text("héllo 🦀").await;
        for bytes in [vec![0, 255, 128], vec![7; 1 << 20]] {
            let message = Message::Binary(bytes.as_slice().into());
            client.writer.send(message).await.expect("it is open");
            let echo = client.next().await;
            assert!(echo == Event::Message(Message::Binary(bytes.into())));
        }
        client.send("fragments").await;
        client.expect_text("abc").await;
        client.writer.ping(b"hi").await.expect("it is open");
        assert_eq!(client.next().await, Event::Pong(b"hi".as_slice().into()));
        client.send("ping me").await;
        client.expect_text("pong: are you there").await;
        let code = CloseCode::new(4000).expect("a code");
        client.writer.close(code, "bye").expect("it is open");
        assert_eq!(client.expect_end().await, "4000 bye");
        for (order, end) in [
            ("close me", "4001 done"),
            ("bad", ENDS[0]),
            ("utf-8", ENDS[1]),
        ] {
            let mut client = Client::connect(address).await;
            client.send(order).await;
            assert_eq!(client.expect_end().await, end, "{order}");
        }
        let mut client = Client::connect(address).await;
        client.send("stop").await;
        while client.reader.read().await.is_some() {}
    };
    let talk = async { timeout(DEADLINE, talk).await };
    runtime().block_on(talk).expect("it does not hang");
}
