//! A gate, and a note of whom it lets in.

use chat::protocol::Room;
use history::protocol::Problem;
use history::{Admitted, Gate, Order, Turned};
use tracing::{Span, info};

use super::line::name_of;

/// Writes down who comes in over which connection.
#[derive(Debug, Clone)]
pub(crate) struct WatchedGate<G>(pub(crate) G);

impl<G: Gate> Gate for WatchedGate<G> {
    type Pass = G::Pass;

    async fn admit(&self, text: &str) -> Result<Admitted<G::Pass>, Turned> {
        // What stands in the text is not ours to write down: it may be a ticket.
        let admitted = self.0.admit(text).await;
        match &admitted {
            Ok(admitted) => {
                Span::current().record("who", admitted.name.as_str());
                info!(version = admitted.version, "came in");
            }
            Err(turned) => {
                let code = name_of(turned.problem.code);
                info!(code, "turned away");
            }
        }
        admitted
    }

    async fn may_enter(&self, pass: &G::Pass, room: &Room) -> Result<(), Problem> {
        self.0.may_enter(pass, room).await
    }

    async fn order(&self, pass: &mut G::Pass) -> Order {
        self.0.order(pass).await
    }
}
