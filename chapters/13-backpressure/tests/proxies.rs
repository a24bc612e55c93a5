//! Where requests come from, and who is not counted by it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use backpressure::{Entrance, Limits, Peer, serve_websockets, websocket_route};
use handshake::Policy;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder, harness};

/// A server whose connections all come from this address, of which one may have one; and of
/// the networks `proxies` as many as there are.
fn served(address: IpAddr, proxies: &[&str]) -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a server"));
    let from = |Extension(Peer(address)): Extension<Peer>| async move {
        format!("you are {address}\n")
    };
    let entrance = Entrance {
        limits: Arc::new(Limits {
            connections_per_address: 1,
            ..Limits::default()
        }),
        router: Router::new().route("/", get(from)),
        proxies: proxies
            .iter()
            .map(|net| net.parse().expect("a network"))
            .collect(),
    };
    tokio::spawn(serve_websockets(
        listener,
        entrance,
        move |_: &LinkStream| address,
        async |_, _| unreachable!("there is no WebSocket"),
        std::future::pending(),
    ));
    dialer
}

/// What is answered to a request of a connection that lives on.
async fn answer_to(io: &mut LinkStream) -> String {
    let request = b"GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n";
    io.write_all(request).await.expect("it reads");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\n") || answer.ends_with(b"\r\n") {
        answer.push(io.read_u8().await.expect("an answer"));
    }
    String::from_utf8(answer).expect("a text")
}

#[test]
fn a_request_says_where_it_comes_from() {
    harness::run("a request", async {
        let dialer = served(Ipv4Addr::new(192, 0, 2, 7).into(), &[]);
        let mut io = dialer.dial().await.expect("it listens");
        let answer = answer_to(&mut io).await;
        assert!(answer.ends_with("\r\n\r\nyou are 192.0.2.7\n"), "{answer}");
    });
}

#[test]
fn the_connections_of_a_proxy_are_not_counted() {
    harness::run("three connections where one is allowed", async {
        // What listens on both IPv6 and IPv4 shows an IPv4 address so.
        let proxy = Ipv4Addr::new(192, 0, 2, 7).to_ipv6_mapped();
        for (proxies, counts) in [
            (&[][..], true),
            (&["198.51.100.0/24"], true),
            (&["198.51.100.0/24", "192.0.2.0/28"], false),
        ] {
            let dialer = served(proxy.into(), proxies);
            let _first = dialer.dial().await.expect("it listens");
            let mut second = dialer.dial().await.expect("it listens");
            let answer = answer_to(&mut second).await;
            let refused = answer.starts_with("HTTP/1.1 429 ");
            assert_eq!(refused, counts, "{proxies:?}: {answer}");
        }
    });
}

#[test]
fn elsewhere_nobody_takes_a_websocket_over() {
    harness::run("the route in a server of axum alone", async {
        let service = TowerToHyperService::new(websocket_route(Policy::default()));
        let request = Request::get("/chat").body(axum::body::Body::empty());
        let answer = service.call(request.expect("a request")).await;
        let status = answer.expect("it never fails").status();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    });
}
