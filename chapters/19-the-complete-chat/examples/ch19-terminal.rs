//! The chat in a terminal: `cargo run --example ch19-terminal -- --name NAME`.
#![expect(
    clippy::print_stderr,
    reason = "what goes wrong before there is a screen"
)]

#[path = "ch19-terminal/dial.rs"]
mod dial;
#[path = "ch19-terminal/screen.rs"]
mod screen;
#[path = "ch19-terminal/session.rs"]
mod session;
#[path = "ch19-terminal/ui.rs"]
mod ui;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use dial::Server;
use gatekeeping::api::{Credentials, Secret};
use history::ClientOptions;
use screen::Screen;
use session::Session;
use the_complete_chat::client::{Account, Guest, Transport, Ways};

/// The chat in a terminal.
///
/// The password is asked for, or taken from the environment variable CHAT_PASSWORD. There
/// is no argument for it: other users of a machine can read those.
#[derive(Debug, Parser)]
struct Args {
    /// Where the server is.
    #[arg(long, default_value = "http://127.0.0.1:3019", env = "CHAT_SERVER")]
    server: String,
    /// Who you are.
    #[arg(long, env = "CHAT_NAME")]
    name: String,
    /// Make the account first.
    #[arg(long)]
    sign_up: bool,
    /// Only this way: websocket, events or polls. Without, whichever works.
    #[arg(long)]
    transport: Option<Transport>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let server = Server::at(&args.server)?;
    let who = Credentials {
        password: password(&args.name)?,
        name: args.name,
    };
    let account = Account::new(server.clone(), server.url.authority());
    let account = Arc::new(account);
    if args.sign_up {
        account.sign_up(&who).await?;
    }
    let name = account.sign_in(&who).await?;
    drop(who);
    let transports = match args.transport {
        Some(transport) => vec![transport],
        None => Transport::ALL.to_vec(),
    };
    let options = ClientOptions::default();
    let config = options.connection.clone();
    let url = server.url.clone();
    let ways = Ways::new(Arc::clone(&account), server, url, transports, config);
    let options = ClientOptions {
        connect_deadline: ways.deadline(),
        ..options
    };
    let session = Session::new(account, Guest::new(ways, options), name.as_str());
    let mut screen = Screen::take()?;
    session
        .run(&mut screen.terminal, screen::keys(), screen::ended())
        .await?;
    Ok(())
}

fn password(who: &str) -> Result<Secret, Box<dyn Error>> {
    match std::env::var("CHAT_PASSWORD") {
        Ok(password) => Ok(Secret::new(password)),
        Err(_) => Ok(screen::password(who)?),
    }
}
