//! What a conversation says at once leaves in one write, with axum's WebSockets too.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use backpressure::{Limits, Visit};
use connection::{Config, Event, Message, connect};
use handshake::{Offer, Policy};
use history::{Line as _, Told};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use the_complete_chat::engine::{TungsteniteLine, TungsteniteSockets};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio_util::sync::CancellationToken;
use wiretap::harness;

/// A stream that counts how often it is written to.
struct Counted {
    io: DuplexStream,
    writes: Arc<AtomicUsize>,
}

impl Counted {
    fn io(self: Pin<&mut Self>) -> Pin<&mut DuplexStream> {
        Pin::new(&mut self.get_mut().io)
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io().poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.io().poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(cx)
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(cx)
    }
}

/// Says a number as often as it says.
async fn repeat(mut line: TungsteniteLine, _: Visit) {
    while let Some(text) = line.hear().await {
        for _ in 0..text.parse().unwrap_or(0) {
            line.tell(&Told::new(&text)).await.expect("it is open");
        }
    }
    line.end().await;
}

#[test]
fn sixteen_messages_leave_in_one_write_and_one_does_not_wait_for_more() {
    harness::run("answers of several messages", async {
        let stopping = CancellationToken::new();
        let sockets = TungsteniteSockets::new(Arc::<Limits>::default(), stopping);
        let from_here = |_: &_| IpAddr::from(Ipv4Addr::LOCALHOST);
        let router = sockets.router(Policy::default(), from_here, repeat);
        let (near, far) = duplex(1 << 16);
        let writes = Arc::<AtomicUsize>::default();
        let io = Counted {
            io: near,
            writes: Arc::clone(&writes),
        };
        let http = http1::Builder::new()
            .serve_connection(TokioIo::new(io), TowerToHyperService::new(router));
        tokio::spawn(http.with_upgrades());
        let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
        let opened = connect(far, offer, Config::default()).await;
        let (mut reader, mut writer) = opened.expect("a handshake").0.split();
        for count in [1, 16, 1, 1] {
            writes.store(0, Ordering::Relaxed);
            let asked = Message::Text(count.to_string().into());
            writer.send(asked).await.expect("it is open");
            for _ in 0..count {
                let event = reader.read().await;
                assert!(matches!(event, Some(Event::Message(_))), "{event:?}");
            }
            assert_eq!(writes.load(Ordering::Relaxed), 1, "{count} at once");
        }
    });
}
