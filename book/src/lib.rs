//! The program behind *WebSockets from the Wire Up*: it builds the pages, serves them with
//! their live labs, and checks the reader's exercises.
//!
//! The pages are Markdown for mdBook. What code can produce is never typed into them: a
//! directive such as `{{#listing chapters/01-raw-http/src/head.rs RequestHead::parse}}`
//! stands in its place, and [`Wire`] replaces it, whether it runs inside this program or
//! as a preprocessor of an installed mdBook.

mod chart;
mod cli;
mod directive;
mod exercises;
mod figure;
mod glossary;
mod html;
mod labs;
mod links;
mod listing;
mod preprocess;
mod problem;
mod rfc_map;
mod rows;
mod serve;
mod site;
mod snapshot;
mod table;
mod workspace;

pub use cli::run;
pub use preprocess::Wire;
pub use problem::{Problem, Problems};
pub use site::{Options, build};
pub use workspace::Workspace;
