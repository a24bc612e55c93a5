//! The whole server without accounts: its gate believes what a ticket says.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::routing::post;
use axum::{Json, Router};
use backpressure::Limits;
use gatekeeping::api::{Secret, TicketIssued};
use gatekeeping::protocol::{Hello, ServerMessage, VERSION, Welcome};
use handshake::{Origins, Policy};
use history::protocol::{Name, Problem, Room};
use history::{Admitted, FanOut, Gate, Open, Order, RoomLog, Turned};
use operations::{Conversations, Drain, Ended, Metrics, Plan, serve};
use the_complete_chat::client::{Account, Transport, Ways};
use the_complete_chat::server;
use tokio::sync::mpsc;
use wiretap::{Dial, Link, LinkDialer, LinkListener, LinkStream, Listen, Recorder};

/// Lets everybody in: in version 3 whose name is the ticket, in the others as chapter 14.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anybody;

impl Gate for Anybody {
    type Pass = ();

    async fn admit(&self, text: &str) -> Result<Admitted<()>, Turned> {
        let Ok(hello) = Hello::parse(text) else {
            return Open.admit(text).await;
        };
        let name = Name::new(hello.ticket.reveal()).expect("a name");
        let welcome = Welcome {
            version: VERSION,
            name: name.clone(),
            rooms: Vec::new(),
        };
        Ok(Admitted {
            name,
            version: 2,
            welcome: ServerMessage::Welcome(welcome).to_json(),
            pass: (),
        })
    }

    async fn may_enter(&self, (): &(), _: &Room) -> Result<(), Problem> {
        Ok(())
    }

    async fn order(&self, (): &mut ()) -> Order {
        std::future::pending().await
    }
}

/// Serves until the first signal, and drains then.
pub(crate) async fn serve_openly<N: Listen, L: RoomLog, F: FanOut>(
    listener: N,
    (log, halls): (L, F),
    ways: server::Ways,
    plan: Plan,
    signals: mpsc::Receiver<&'static str>,
) -> Ended {
    let limits = Limits {
        connections_per_address: usize::MAX,
        ..Limits::default()
    };
    let (drain, metrics) = (Drain::new(plan), Metrics::new());
    let parts = (log, halls, Anybody);
    let conversations = Conversations::new(parts, limits, drain, metrics);
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    let site = ways.open(&conversations, policy);
    let from_here = |_: &N::Io| Ipv4Addr::LOCALHOST.into();
    serve(listener, site, conversations, from_here, signals).await
}

/// Issues tickets, to everybody, in the name of a guest.
async fn tickets(listener: LinkListener) {
    let issued = TicketIssued {
        ticket: Secret::new("guest"),
        seconds: 30,
    };
    let router = Router::new().route("/api/ticket", post(async || Json(issued)));
    let served = axum::serve(chat::Listening(listener), router).await;
    served.expect("it does not end");
}

/// Where a connection leads.
#[derive(Debug, Clone)]
pub(crate) enum Way<D> {
    /// To the chat.
    Chat(D),
    /// To those who issue tickets, which is no matter of the network that is tried.
    Tickets(LinkDialer),
}

impl<D: Dial<Io = LinkStream>> Dial for Way<D> {
    type Io = LinkStream;

    async fn dial(&self) -> io::Result<LinkStream> {
        match self {
            Self::Chat(dialer) => dialer.dial().await,
            Self::Tickets(dialer) => dialer.dial().await,
        }
    }
}

pub(crate) const HOST: &str = "chat.test";

/// The ways to that server, over one transport only.
pub(crate) fn over<D>(dialer: D, transport: Transport) -> Ways<Way<D>>
where
    D: Dial<Io = LinkStream> + Clone,
{
    let (to_tickets, listener) = Link::new().network(&Recorder::new("tickets"));
    tokio::spawn(tickets(listener));
    let account = Arc::new(Account::new(Way::Tickets(to_tickets), HOST));
    let url = format!("ws://{HOST}/chat").parse().expect("a URL");
    let config = connection::Config::default();
    Ways::new(account, Way::Chat(dialer), url, [transport], config)
}
