//! "My server": a lab's requests, passed on to the server that the reader is writing.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use raw_http::{Client, ClientError, Handler, Request, Response, Version};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use wiretap::{Recorder, Tapped, Tcp};

use super::chapter::Chapter;
use super::guard::Rules;

/// Loopback answers at once or not at all.
const DIAL: Duration = Duration::from_secs(1);
/// How long the reader's server may think.
const ANSWER: Duration = Duration::from_secs(35);

/// Where the reader's server for a chapter listens, and how it is started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MyServer {
    chapter: Chapter,
    pub(crate) address: SocketAddr,
}

impl MyServer {
    pub(crate) fn new(chapter: Chapter, first_port: u16) -> Self {
        let port = first_port + chapter.number();
        Self {
            chapter,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        }
    }

    /// Whether something listens there.
    pub(crate) async fn is_running(&self) -> bool {
        matches!(
            timeout(DIAL, TcpStream::connect(self.address)).await,
            Ok(Ok(_))
        )
    }

    /// What to do when it does not run.
    pub(crate) fn how_to_start(&self) -> String {
        format!(
            "Nothing listens on {}. Start your server in a second terminal: {}",
            self.address,
            self.command()
        )
    }

    pub(crate) fn command(&self) -> String {
        format!("cargo run -p {}", self.chapter.exercises())
    }
}

/// Passes each request on over a tapped connection and brings the answer back.
#[derive(Debug, Clone)]
pub(crate) struct Forward {
    server: MyServer,
    recorder: Recorder,
    rules: Arc<Rules>,
    kept: Arc<Mutex<Client<Tapped<Tcp>>>>,
}

impl Forward {
    pub(crate) fn new(server: MyServer, recorder: Recorder, rules: Arc<Rules>) -> Self {
        let kept = client(&server, &recorder);
        Self {
            server,
            recorder,
            rules,
            kept: Arc::new(Mutex::new(kept)),
        }
    }
}

impl Handler for Forward {
    async fn call(&self, request: Request) -> Response {
        // The client speaks 1.1; all other fields go on as the browser sent them.
        let request = Request {
            version: Version::Http11,
            ..request
        };
        let exchange = async {
            if self.rules.is_fresh() {
                let mut client = client(&self.server, &self.recorder).keep_alive(false);
                client.send(request).await
            } else {
                self.kept.lock().await.send(request).await
            }
        };
        match timeout(ANSWER, exchange).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => Response::text(502, self.explain(&error)),
            Err(_) => {
                let text = format!("Your server did not answer in {ANSWER:?}.\n");
                Response::text(504, text)
            }
        }
    }
}

impl Forward {
    fn explain(&self, error: &ClientError) -> String {
        match error {
            ClientError::Dial(_) => format!("{}\n", self.server.how_to_start()),
            _ => format!("Your server's answer cannot be read: {error}.\n"),
        }
    }
}

fn client(server: &MyServer, recorder: &Recorder) -> Client<Tapped<Tcp>> {
    let dialer = recorder.tap_dialer(Tcp(server.address));
    Client::new(dialer, server.address.to_string())
}
