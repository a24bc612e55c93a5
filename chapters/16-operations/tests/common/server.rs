//! This chapter's server over a network in memory, with chapter 14's open gate.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::routing::get;
use backpressure::{Limits, websocket_route};
use history::{Halls, MemoryLog, Open};
use operations::{Conversations, Drain, Ended, Metrics, Plan, Site, admin, serve};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use wiretap::{Link, LinkDialer, LinkStream, Recorder};

use crate::peer::anybody;

pub(crate) const PLAN: Plan = Plan {
    over: Duration::from_secs(10),
    grace: Duration::from_secs(5),
};

/// A server, how to reach it, and how to stop it.
pub(crate) struct Server {
    pub(crate) dialer: LinkDialer,
    pub(crate) log: MemoryLog,
    pub(crate) drain: Drain,
    pub(crate) metrics: Metrics,
    pub(crate) signals: mpsc::Sender<&'static str>,
    pub(crate) ended: JoinHandle<Ended>,
    admin: Router,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::planned(PLAN)
    }

    pub(crate) fn planned(plan: Plan) -> Self {
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        Self::with(log, halls, plan, Link::new(), &Recorder::new("a chat"))
    }

    /// With a log that may be another server's, too, one after the other.
    pub(crate) fn with(
        log: MemoryLog,
        halls: Halls,
        plan: Plan,
        link: Link,
        recorder: &Recorder,
    ) -> Self {
        let (dialer, listener) = link.network(recorder);
        let (drain, metrics) = (Drain::new(plan), Metrics::new());
        let limits = Limits {
            connections_per_address: usize::MAX,
            ..Limits::default()
        };
        let parts = (log.clone(), halls, Open);
        let conversations =
            Conversations::new(parts, limits, drain.clone(), metrics.clone());
        let admin = admin(log.clone(), conversations.clone());
        let pages = Router::new()
            .route("/", get("the page"))
            .route("/chat/line", get("a new line"));
        let open = Router::new().route("/chat/line/{line}/poll", get("an old line"));
        let site = Site {
            conversing: open,
            ..websocket_route(anybody()).merge(pages).into()
        };
        let from_here = |_: &LinkStream| Ipv4Addr::LOCALHOST.into();
        let (signals, received) = mpsc::channel(2);
        let serving = serve(listener, site, conversations, from_here, received);
        Self {
            dialer,
            log,
            drain,
            metrics,
            signals,
            ended: tokio::spawn(serving),
            admin,
        }
    }

    pub(crate) async fn signal(&self) {
        self.signals.send("SIGTERM").await.expect("it listens");
        // It has its turn.
        tokio::task::yield_now().await;
    }

    /// What the operator is answered.
    pub(crate) async fn ask(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let answer = self
            .admin
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, String::from_utf8(body.into()).expect("text"))
    }
}
