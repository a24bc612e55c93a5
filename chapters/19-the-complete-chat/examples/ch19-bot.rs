//! A bot in the chat: `CHAT_PASSWORD=… cargo run --example ch19-bot -- --room harbour`.
//!
//! It answers `!help`, `!dice 2d6` and `!remind 10m tea` in the rooms that it is a member
//! of, and whoever writes to it alone. Stopped and started again, it goes on where it was.
#![expect(clippy::print_stdout, reason = "it says what it does")]
#![expect(clippy::print_stderr, reason = "and what goes wrong")]

#[path = "ch19-bot/answers.rs"]
mod answers;
#[path = "ch19-bot/bot.rs"]
mod bot;
#[path = "ch19-terminal/dial.rs"]
mod dial;
#[path = "ch19-bot/memory.rs"]
mod memory;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use bot::Bot;
use clap::Parser;
use dial::Server;
use gatekeeping::api::{Credentials, Secret};
use history::ClientOptions;
use history::protocol::Room;
use memory::Memory;
use the_complete_chat::client::{Account, Guest, Transport, Ways};

/// A bot in the chat. Its password is in the environment variable CHAT_PASSWORD.
#[derive(Debug, Parser)]
struct Args {
    /// Where the server is.
    #[arg(long, default_value = "http://127.0.0.1:3019", env = "CHAT_SERVER")]
    server: String,
    /// What it is called.
    #[arg(long, default_value = "bot", env = "CHAT_NAME")]
    name: String,
    /// Make the account first.
    #[arg(long)]
    sign_up: bool,
    /// A public room to enter. Into others it is invited.
    #[arg(long, value_parser = Room::new)]
    room: Vec<Room>,
    /// Where it keeps what it knows after a restart.
    #[arg(long, default_value = "bot.json")]
    memory: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Args { memory, .. } = &Args::parse();
    println!("what it knows is in {}", memory.display());
    let done = tokio::select! {
        done = run(Args::parse()) => done,
        // What it knows is written down already.
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let password = std::env::var("CHAT_PASSWORD");
    let password = password.map_err(|_| "set CHAT_PASSWORD to the bot's password")?;
    let who = Credentials {
        name: args.name,
        password: Secret::new(password),
    };
    let server = Server::at(&args.server)?;
    let account = Account::new(server.clone(), server.url.authority());
    let account = Arc::new(account);
    if args.sign_up {
        account.sign_up(&who).await?;
    }
    loop {
        let name = account.sign_in(&who).await?;
        for room in &args.room {
            account.enter(room).await?;
        }
        let guest = guest(&account, &server);
        let bot = Bot::new(guest, Memory::load(&args.memory)?);
        println!("{name} listens");
        // A session ends after some months.
        let why = bot.run().await?;
        println!("{why}");
    }
}

fn guest(account: &Arc<Account<Server>>, server: &Server) -> Guest<Ways<Server>> {
    let options = ClientOptions {
        max_pending: 1000,
        ..ClientOptions::default()
    };
    let ways = Ways::new(
        Arc::clone(account),
        server.clone(),
        server.url.clone(),
        Transport::ALL,
        options.connection.clone(),
    );
    let options = ClientOptions {
        connect_deadline: ways.deadline(),
        ..options
    };
    Guest::new(ways, options)
}
