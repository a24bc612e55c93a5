//! A router at the other end of a network, under hyper without a clock: what it answers is
//! the same each time.

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use wiretap::{Link, LinkDialer, Listen as _, Recorder};

/// Serves a router; the way to it.
pub(crate) fn serve_router(
    router: axum::Router,
    link: &Link,
    recorder: &Recorder,
) -> LinkDialer {
    let (dialer, mut listener) = link.network(recorder);
    tokio::spawn(async move {
        while let Ok(io) = listener.accept().await {
            let service = TowerToHyperService::new(router.clone());
            let mut http = http1::Builder::new();
            http.auto_date_header(false);
            let connection = http.serve_connection(TokioIo::new(io), service);
            tokio::spawn(connection.with_upgrades());
        }
    });
    dialer
}
