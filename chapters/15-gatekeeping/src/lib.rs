//! Chapter 15 of *WebSockets from the Wire Up*: a chat that knows who comes in.
//!
//! * [`api`] is what is said over HTTP: to sign up and in, to make rooms, to get a ticket.
//! * [`protocol`] is version 3 of the chat's: version 2, said by somebody who is known.
//! * A [`Keeper`] keeps accounts, sessions, tickets and who is a member of which room. Its
//!   [gate](Keeper::gate) is for chapter 14's chat.
//! * [`router`] is the API; [`guard`] is what every request has to pass. [`site`] is both and
//!   the chat, and [`serve`] serves it.
//! * [`Settings`] are what an operator may set.
//! * [`pages`] is the page for a browser.

pub mod api;
mod callers;
mod error;
mod gate;
mod http;
mod keeper;
mod keys;
mod names;
mod page;
mod passwords;
mod private;
pub mod protocol;
mod serve;
mod settings;
mod store;
mod tickets;
mod token;
mod tries;

pub use error::{Denied, KeeperError};
pub use gate::{Door, Pass};
pub use http::{
    CONTENT_SECURITY_POLICY, Client, Held, client_address, guard, policy, router,
};
pub use keeper::{Keeper, SignedIn};
pub use keys::Keys;
pub use page::pages;
pub use serve::{serve, site};
pub use settings::{BadSetting, DoorLimits, Hashing, Lifetimes, Settings, Tries};
pub use store::check_keys;
