//! A server of handshakes. What is said on the open streams is not its business.

use std::pin::pin;
use std::time::Duration;

use raw_http::{Limits, RequestHead};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wiretap::Listen;

use crate::policy::Accepted;
use crate::refusal::Refusal;
use crate::stream::{Opened, accept};

/// How long a client may take for its request, and to take a refusal.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the talks may go on after the shutdown.
const DRAIN: Duration = Duration::from_secs(10);
/// The most connections at a time; more wait in the listener's own queue.
const MOST_CONNECTIONS: usize = 1024;
/// How long to wait before `accept` is tried again after an error of the listener.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// Accepts connections until `shutdown` resolves, has `decide` decide about each request,
/// and `talk` talk on the streams that opened. Then those that talk have ten seconds to
/// end. A handshake that takes longer than ten seconds is cut off.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L, D, T, F>(
    mut listener: L,
    decide: D,
    talk: T,
    shutdown: impl Future<Output = ()>,
) where
    L: Listen,
    D: Fn(&RequestHead) -> Result<Accepted, Refusal> + Clone + Send + 'static,
    T: Fn(Opened<L::Io, Accepted>) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    // Dropping a `JoinSet` aborts its tasks: whatever happens here, none outlives it.
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let has_room = connections.len() < MOST_CONNECTIONS;
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = connections.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok(io) => {
                    let (decide, talk) = (decide.clone(), talk.clone());
                    connections.spawn(async move {
                        let limits = Limits::default();
                        let opening = accept(io, &limits, decide);
                        if let Ok(Ok(opened)) = timeout(HANDSHAKE, opening).await {
                            talk(opened).await;
                        }
                    });
                }
                Err(_) => sleep(ACCEPT_AGAIN).await,
            },
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    // What is not done by then is aborted with the set.
    let _ = timeout(DRAIN, drained).await;
}
