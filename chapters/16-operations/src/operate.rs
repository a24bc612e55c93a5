//! From the command line to the end of the process.

use std::io;

use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::{Command, Flags};
use crate::logs::subscriber;
use crate::perform::perform;
use crate::run::{Service, run};
use crate::serve::{Ended, Site};
use crate::signals::signals;
use crate::trouble::Trouble;

/// Does what the command line says: a command, or to serve what `build` has made. Gives what
/// there is to print in the end. While it serves, the log goes to standard error.
///
/// # Errors
///
/// In words for the operator, one line for each thing that is wrong.
///
/// # Cancel safety
///
/// To drop it is to cut everybody off.
pub async fn operate<S: Into<Site>>(
    flags: &Flags,
    command: Option<&Command>,
    build: impl FnOnce(&Service) -> S,
) -> Result<String, String> {
    let loaded = flags.load().map_err(|mistakes| mistakes.to_string())?;
    let means = |trouble: Trouble| trouble.to_string();
    if let Some(command) = command {
        return perform(command, &loaded).await.map_err(means);
    }
    // Whoever has begun to write before keeps to it.
    let _ = subscriber(&loaded.config.log, io::stderr).try_init();
    let signals = signals().map_err(Trouble::Signals).map_err(means)?;
    match run(&loaded.config, build, signals).await.map_err(means)? {
        Ended::Drained => Ok("everybody has gone, and all of it is kept\n".to_owned()),
        Ended::Late(left) => Ok(format!("{left} were cut off; all of it is kept\n")),
        Ended::AtOnce => {
            Err("everybody was cut off; what was accepted is kept".to_owned())
        }
    }
}
