//! The echo servers of `ch09-load` at five kinds of work, in less than a minute.
//!
//! ```text
//! cargo bench -p ch09-connection --bench echo
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

#[path = "../examples/ch09-load/load.rs"]
mod load;
#[path = "../examples/ch09-load/peers.rs"]
mod peers;
#[path = "../examples/ch09-load/server.rs"]
mod server;
#[path = "../examples/ch09-load/speed.rs"]
mod speed;
#[path = "../examples/ch09-load/thread.rs"]
mod thread;

use std::process::ExitCode;
use std::{env, io};

use load::{Kind, Message};
use peers::Peer;
use server::{LOAD_CORE, Server, on_this_thread};
use speed::{Effort, Work};

/// Connections, bytes of a message, and how many are in flight.
const WORK: [(usize, Kind, usize, usize); 5] = [
    (64, Kind::Binary, 32, 1),
    (512, Kind::Binary, 1024, 1),
    (64, Kind::Binary, 64 * 1024, 1),
    (64, Kind::Text, 64 * 1024, 1),
    (64, Kind::Binary, 32, 32),
];

fn main() -> ExitCode {
    load::allow_connections();
    let _ = thread::keep_on_core(LOAD_CORE);
    // `cargo test --benches` sees to it that it runs, and measures nothing.
    let measured = match env::args().any(|argument| argument == "--bench") {
        true => measure(Effort {
            rounds: 7,
            milliseconds: 100,
        }),
        false => measure(Effort {
            rounds: 1,
            milliseconds: 1,
        }),
    };
    match on_this_thread(measured) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(effort: Effort) -> io::Result<()> {
    let servers = Server::start_all(Peer::ALL).await?;
    for (connections, kind, size, in_flight) in WORK {
        let work = Work {
            connections,
            message: Message { kind, size },
            in_flight,
        };
        let measured = speed::measure(work, &servers, effort).await?;
        print!("{measured}");
    }
    Ok(())
}
