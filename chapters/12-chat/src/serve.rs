//! All connections of one listener.

use std::future::IntoFuture as _;
use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::server::{Chat, router};

/// How long to wait before `accept` is tried again after an error of the listener.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// How long the connections may take to end after the shutdown.
const DRAIN_DEADLINE: Duration = Duration::from_secs(10);

/// Serves the chat and its page until `shutdown` resolves. Then no more connections are
/// accepted, and those that are open are told 1001 and given ten seconds to end.
///
/// # Cancel safety
///
/// To drop the future stops accepting; connections that are open go on.
pub async fn serve<L: Listen>(
    listener: L,
    chat: Chat,
    shutdown: impl Future<Output = ()>,
) {
    let stopping = CancellationToken::new();
    let served = axum::serve(Listening(listener), router(chat.clone()))
        .with_graceful_shutdown(stopping.clone().cancelled_owned());
    let mut served = pin!(served.into_future());
    tokio::select! {
        () = shutdown => {}
        // axum 0.8 retries, and reports no error.
        _ = &mut served => {}
    }
    stopping.cancel();
    // axum waits for its requests, and for none of the WebSockets that came of them.
    let drained = async { tokio::join!(served, chat.stop()) };
    let _too_late = timeout(DRAIN_DEADLINE, drained).await;
}

/// Our listeners in the form of axum's, for whoever serves [`router`](crate::router) among
/// other things. An error of `accept` is waited out.
#[derive(Debug)]
pub struct Listening<L>(pub L);

impl<L: Listen> axum::serve::Listener for Listening<L> {
    type Io = L::Io;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, ()) {
        loop {
            match self.0.accept().await {
                Ok(io) => return (io, ()),
                Err(_) => sleep(ACCEPT_AGAIN).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}
