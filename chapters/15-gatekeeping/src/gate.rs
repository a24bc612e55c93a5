//! The gate in front of the chat: a ticket for a hello, and rooms for their members.

use std::pin::Pin;
use std::time::Duration;

use chat::protocol::{ErrorCode as One, Problem as OneProblem};
use history::protocol::{ErrorCode, Problem, Room};
use history::{Admitted, Gate, Order, Turned};
use tokio::time::{Instant, Sleep, sleep};

use crate::api::RoomInfo;
use crate::callers::{Listening, signed_out};
use crate::error::Denied;
use crate::keeper::Keeper;
use crate::protocol::{Hello, ServerMessage, VERSION, Welcome, close};
use crate::store::sessions::Session;

/// What a guest says after its hello is version 2.
const THEN: u32 = 2;

/// A session may be used or ended from elsewhere, and the system's clock may be set. So it is
/// looked at now and then.
const LOOK_AGAIN: Duration = Duration::from_secs(60 * 60);

/// When the database cannot be read, it is tried again after this.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// The gate of a [`Keeper`]: who shows a ticket is let in.
#[derive(Debug, Clone)]
pub struct Door(Keeper);

/// A guest whose ticket was good.
pub struct Pass {
    listening: Listening,
    /// When its session may have ended.
    due: Pin<Box<Sleep>>,
}

impl Keeper {
    /// The gate for [`Chat::guarded`](history::Chat::guarded).
    pub fn gate(&self) -> Door {
        Door(self.clone())
    }
}

impl Gate for Door {
    type Pass = Pass;

    async fn admit(&self, text: &str) -> Result<Admitted<Pass>, Turned> {
        let hello = Hello::parse(text).map_err(again)?;
        let taken = self.0.take_ticket(hello.ticket.reveal()).await;
        let session = taken.map_err(|denied| self.trouble(&denied))?;
        let session = session.ok_or_else(bad_ticket)?;
        // Before anything is read: what changes from now on is heard as an order.
        let listening = self.0.listen(&session).ok_or_else(too_many)?;
        let current = self.0.session(session.id).await;
        let session = current.map_err(|denied| self.trouble(&denied))?;
        let session = session.ok_or_else(bad_ticket)?;
        let rooms = self.0.rooms_of(session.account).await;
        let rooms = rooms.map_err(|denied| self.trouble(&denied))?;
        let due = Box::pin(sleep(self.rest(&session)));
        Ok(Admitted {
            name: session.name.clone(),
            version: THEN,
            welcome: welcome(session, rooms),
            pass: Pass { listening, due },
        })
    }

    async fn may_enter(&self, pass: &Pass, room: &Room) -> Result<(), Problem> {
        let is_member = self.0.is_member(pass.listening.account(), room).await;
        match is_member {
            Ok(true) => Ok(()),
            Ok(false) => {
                let text = "there is no such room, or you are no member of it";
                Err(Problem::new(ErrorCode::NoSuchRoom, text).at("room"))
            }
            Err(denied) => Err(self.unavailable(&denied)),
        }
    }

    async fn order(&self, pass: &mut Pass) -> Order {
        loop {
            tokio::select! {
                biased;
                order = pass.listening.next() => return order,
                () = pass.due.as_mut() => {}
            }
            // If it is dropped in here, the time is still over the next time.
            let again = match self.0.session(pass.listening.session()).await {
                Ok(Some(session)) => self.rest(&session),
                Ok(None) => return signed_out(),
                Err(denied) => {
                    self.unavailable(&denied);
                    TRY_AGAIN
                }
            };
            pass.due.as_mut().reset(Instant::now() + again);
        }
    }
}

impl Door {
    /// When to look at a session again.
    fn rest(&self, session: &Session) -> Duration {
        Duration::from_secs(self.0.rest(session)).min(LOOK_AGAIN)
    }

    fn trouble(&self, denied: &Denied) -> Turned {
        let problem = self.unavailable(denied);
        // Its ticket is used up.
        let close = Some((1013, "the server cannot do that now"));
        Turned { problem, close }
    }

    fn unavailable(&self, denied: &Denied) -> Problem {
        if let Denied::Trouble(error) = denied {
            self.0.report(error);
        }
        OneProblem::new(One::Unavailable, denied.problem().text).into()
    }
}

fn welcome(session: Session, rooms: Vec<RoomInfo>) -> String {
    let welcome = Welcome {
        version: VERSION,
        name: session.name,
        rooms,
    };
    ServerMessage::Welcome(welcome).to_json()
}

/// It may say another hello.
fn again(problem: OneProblem) -> Turned {
    let problem = problem.into();
    Turned {
        problem,
        close: None,
    }
}

fn bad_ticket() -> Turned {
    let text = "this ticket is not good, or not any more";
    Turned {
        problem: Problem::new(ErrorCode::BadTicket, text).at("ticket"),
        close: Some((close::BAD_TICKET, "the ticket is not good")),
    }
}

fn too_many() -> Turned {
    let text = "there are too many connections of this account";
    Turned {
        problem: OneProblem::new(One::Unavailable, text).into(),
        close: Some((1013, "too many connections")),
    }
}
