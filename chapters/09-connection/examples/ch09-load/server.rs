//! A server under load: one thread, one core, and a clock that runs while it works.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::peers::Peer;
use crate::thread::{keep_on_core, processor_time};

/// The core that servers run on.
const SERVER_CORE: usize = 0;
/// The core that the load runs on.
pub(crate) const LOAD_CORE: usize = 1;

type Question = oneshot::Sender<Option<Duration>>;

/// A server on a thread of its own, which ends with it.
pub(crate) struct Server {
    pub(crate) peer: Peer,
    pub(crate) address: SocketAddr,
    clock: mpsc::Sender<Question>,
}

impl Server {
    /// One server each.
    pub(crate) async fn start_all(peers: &[Peer]) -> io::Result<Vec<Self>> {
        let mut servers = Vec::new();
        for &peer in peers {
            servers.push(Self::start(peer).await?);
        }
        Ok(servers)
    }

    async fn start(peer: Peer) -> io::Result<Self> {
        // Bound by the runtime that uses it.
        let (bound, address) = oneshot::channel();
        let (clock, mut questions) = mpsc::channel::<Question>(1);
        thread::Builder::new()
            .name(peer.to_string())
            .spawn(move || {
                let _ = keep_on_core(SERVER_CORE);
                on_this_thread(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await?;
                    let _ = bound.send(listener.local_addr()?);
                    let clock = async {
                        while let Some(question) = questions.recv().await {
                            let _ = question.send(processor_time());
                        }
                    };
                    tokio::select! {
                        served = peer.serve(listener) => served,
                        () = clock => Ok(()),
                    }
                })
            })?;
        let address = address.await.map_err(io::Error::other)?;
        Ok(Self {
            peer,
            address,
            clock,
        })
    }

    /// The processor time that the server has used so far.
    pub(crate) async fn processor_time(&self) -> Option<Duration> {
        let (question, answer) = oneshot::channel();
        self.clock.send(question).await.ok()?;
        answer.await.ok()?
    }
}

/// Runs a future to its end on a runtime that has no thread but the calling one.
pub(crate) fn on_this_thread<T>(
    future: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(future)
}
