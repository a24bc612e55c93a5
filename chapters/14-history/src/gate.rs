//! Who a client is, and where it may go.

use chat::protocol::{ErrorCode, Name, Problem as OneProblem, Room};

use crate::protocol::{ClientMessage, Hello, Problem, ServerMessage};

/// Says who a client is, and where it may go.
///
/// What somebody may do can change while they are connected. From [`admit`](Self::admit) on,
/// every such change has to come as an [`order`](Self::order): so a guest who is turned out
/// of a room in the moment in which it enters is turned out all the same.
pub trait Gate: Clone + Send + Sync + 'static {
    /// A guest that was let in.
    type Pass: Send + Sync + 'static;

    /// Reads what a client says first.
    ///
    /// # Errors
    ///
    /// When it is no hello that is good here. The client is told the problem, and may say
    /// another one, unless the connection is to be closed.
    fn admit(
        &self,
        text: &str,
    ) -> impl Future<Output = Result<Admitted<Self::Pass>, Turned>> + Send;

    /// Whether a guest may enter a room. What it does there is not asked about again.
    ///
    /// # Errors
    ///
    /// When it may not. This is what it is told.
    fn may_enter(
        &self,
        pass: &Self::Pass,
        room: &Room,
    ) -> impl Future<Output = Result<(), Problem>> + Send;

    /// The next order about this guest; pends for ever if there is none.
    ///
    /// # Cancel safety
    ///
    /// It has to be safe: no order may be lost when it is dropped.
    fn order(&self, pass: &mut Self::Pass) -> impl Future<Output = Order> + Send;
}

/// A guest that is let in.
#[derive(Debug)]
pub struct Admitted<P> {
    /// Whose words its words are.
    pub name: Name,
    /// Which messages follow: those of version 1 or 2.
    pub version: u32,
    /// The answer to the hello, as JSON.
    pub welcome: String,
    /// What the gate knows it by.
    pub pass: P,
}

/// A hello that is not good.
#[derive(Debug)]
pub struct Turned {
    /// What is wrong with it, as the client is told.
    pub problem: Problem,
    /// The code and reason with which the connection is closed then. Without, the client
    /// may try again.
    pub close: Option<(u16, &'static str)>,
}

/// What is to be done about a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// It is told this message, JSON.
    Tell(String),
    /// It may not be in this room any more: its seat is free, and it is told `left`. If it
    /// has none there, nothing happens.
    Leave(Room),
    /// Its connection is closed, with this code and reason.
    Close(u16, &'static str),
}

/// The gate that stands open: everybody is who they say they are, and may go anywhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Open;

impl Gate for Open {
    type Pass = ();

    async fn admit(&self, text: &str) -> Result<Admitted<()>, Turned> {
        let problem = match ClientMessage::parse(text) {
            Ok(ClientMessage::Hello(hello)) => return Ok(let_in(hello)),
            Ok(_) => OneProblem::new(ErrorCode::HelloFirst, "say hello first"),
            Err(problem) => problem,
        };
        Err(Turned {
            problem: problem.into(),
            close: None,
        })
    }

    async fn may_enter(&self, (): &(), _: &Room) -> Result<(), Problem> {
        Ok(())
    }

    async fn order(&self, (): &mut ()) -> Order {
        std::future::pending().await
    }
}

fn let_in(hello: Hello) -> Admitted<()> {
    let Hello { version, name } = hello;
    let welcome = ServerMessage::Welcome {
        version,
        name: name.clone(),
    };
    Admitted {
        name,
        version,
        welcome: welcome.to_json(),
        pass: (),
    }
}
