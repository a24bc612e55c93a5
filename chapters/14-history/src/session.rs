//! One client: what it says, and what it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use backpressure::Account;
use chat::protocol::{
    ClientMessage as One, Envelope, ErrorCode, Name, Problem as OneProblem, Room,
    VERSION as ONE,
};
use tokio::time::Instant;

use crate::acts::Request;
use crate::fan_out::FanOut;
use crate::gate::{Admitted, Gate, Order, Turned};
use crate::hall::{Bell, Frames, Seat};
use crate::line::{Gone, Line, Told};
use crate::log::RoomLog;
use crate::protocol::{ClientMessage, Problem, ServerMessage, VERSION};
use crate::server::Chat;

/// A client's line, and the chat it leads to.
pub(crate) struct Session<T, L, F, G> {
    pub(crate) line: T,
    pub(crate) chat: Chat<L, F, G>,
    /// How often the client says something.
    account: Account,
    /// How many messages in a row were too many.
    refused: u32,
}

/// A client that has said hello.
pub(crate) struct Guest<F: FanOut, P> {
    pub(crate) version: u32,
    pub(crate) name: Name,
    pub(crate) bell: Arc<Bell>,
    pub(crate) rooms: BTreeMap<Room, Place<F>>,
    /// What the gate knows it by.
    pub(crate) pass: P,
}

/// Why nothing came of a message.
pub(crate) enum Failure {
    /// What to answer.
    Refused(Problem),
    /// The connection is closing.
    Gone,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Gone> for Failure {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

/// Where a client is in a room.
pub(crate) struct Place<F: FanOut> {
    pub(crate) seat: Seat<F>,
    /// The last number that it has been told.
    pub(crate) cursor: u64,
}

impl<F: FanOut, P> Guest<F, P> {
    /// Tells the others in a room that this person is writing.
    pub(crate) fn types_in(&self, room: &Room) {
        if let Some(place) = self.rooms.get(room) {
            place.seat.typing();
        }
    }
}

impl<T: Line, L: RoomLog, F: FanOut, G: Gate> Session<T, L, F, G> {
    pub(crate) fn new(line: T, chat: Chat<L, F, G>) -> Self {
        let account = Account::new(chat.limits.rate);
        Self {
            line,
            chat,
            account,
            refused: 0,
        }
    }

    pub(crate) async fn tell(
        &mut self,
        version: u32,
        message: ServerMessage,
    ) -> Result<(), Gone> {
        let frames = Frames::of(message);
        self.line.tell(frames.in_version(version)).await
    }

    /// Listens until there is a hello that is good. What is said before counts like
    /// anything else.
    pub(crate) async fn greet(&mut self) -> Option<Guest<F, G::Pass>> {
        loop {
            let text = self.line.hear().await?;
            let turned = match self.counted() {
                Ok(()) => match self.chat.gate.admit(&text).await {
                    Ok(admitted) => return self.welcome(admitted).await.ok(),
                    Err(turned) => turned,
                },
                Err(problem) => Turned {
                    problem: problem.into(),
                    close: None,
                },
            };
            // Which version the client speaks is not known yet. What is in version 1 is
            // understood in both.
            let told = self.refuse(ONE, &text, turned.problem).await;
            if let Some((code, reason)) = turned.close {
                self.line.close(code, reason);
                return None;
            }
            told.ok()?;
        }
    }

    async fn welcome(
        &mut self,
        admitted: Admitted<G::Pass>,
    ) -> Result<Guest<F, G::Pass>, Gone> {
        let Admitted {
            name,
            version,
            welcome,
            pass,
        } = admitted;
        self.line.tell(&Told::new(&welcome)).await?;
        let (bell, rooms) = Default::default();
        Ok(Guest {
            version,
            name,
            bell,
            rooms,
            pass,
        })
    }

    /// Does what the gate says about a guest.
    pub(crate) async fn obey(
        &mut self,
        guest: &mut Guest<F, G::Pass>,
        order: Order,
    ) -> Result<(), Gone> {
        match order {
            Order::Tell(json) => self.line.tell(&Told::new(&json)).await,
            Order::Leave(room) => match guest.rooms.remove(&room) {
                Some(_seat) => {
                    self.tell(guest.version, ServerMessage::Left { room }).await
                }
                None => Ok(()),
            },
            Order::Close(code, reason) => {
                self.line.close(code, reason);
                Err(Gone)
            }
        }
    }

    /// Does what a message asks for, or says what is wrong with it.
    pub(crate) async fn hear(
        &mut self,
        guest: &mut Guest<F, G::Pass>,
        text: &str,
    ) -> Result<(), Gone> {
        let request = self.counted().and_then(|()| match guest.version {
            VERSION => ClientMessage::parse(text).map(Request::from),
            _ => One::parse(text).map(Request::from),
        });
        let done = match request {
            Ok(request) => self.act(guest, request).await,
            Err(problem) => Err(Failure::Refused(problem.into())),
        };
        match done {
            Ok(Some(answer)) => self.tell(guest.version, answer).await,
            Ok(None) => Ok(()),
            Err(Failure::Refused(problem)) => {
                self.refuse(guest.version, text, problem).await
            }
            Err(Failure::Gone) => Err(Gone),
        }
    }

    /// Counts what the client says. Nothing comes of a message that is too many, and after
    /// some of them in a row it is the end.
    fn counted(&mut self) -> Result<(), OneProblem> {
        if self.account.takes(Instant::now().into_std()) {
            self.refused = 0;
            return Ok(());
        }
        self.refused += 1;
        if self.refused > self.chat.limits.patience {
            self.line.close(1008, "you say too much");
        }
        let text = "more than you may say; wait a little";
        Err(OneProblem::new(ErrorCode::Rate, text))
    }

    /// Tells the client what is wrong, and about which message and which room.
    async fn refuse(
        &mut self,
        version: u32,
        text: &str,
        problem: Problem,
    ) -> Result<(), Gone> {
        let problem = match Envelope::open(text) {
            Ok(message) => problem.about(message.id()).in_room(message.room()),
            Err(_) => problem,
        };
        self.tell(version, ServerMessage::Error(problem)).await
    }
}
