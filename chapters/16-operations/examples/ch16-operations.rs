//! A chat that is started, watched, stopped and brought back:
//! `cargo run --example ch16-operations -- --help`.
#![expect(clippy::print_stdout, reason = "it says where it listens")]
#![expect(clippy::print_stderr, reason = "it says what is wrong")]

use std::process::ExitCode;

use axum::Router;
use clap::Parser as _;
use operations::{Cli, Service, operate};

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { flags, command } = Cli::parse();
    match operate(&flags, command.as_ref(), build).await {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

/// What there is over HTTP.
fn build(service: &Service) -> Router {
    let Service { address, admin, .. } = service;
    println!("a chat at http://{address}/, its figures at http://{admin}/metrics");
    service.site(Router::new())
}
