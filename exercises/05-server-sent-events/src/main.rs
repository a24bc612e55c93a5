//! `cargo run -p ex05-server-sent-events`: your blocks of exercise 1, on the web, for the
//! lab of chapter 5 and for `curl`. There is nothing to change here.

mod server;

use std::process::ExitCode;
use std::time::SystemTime;

use ex05_server_sent_events::e1_blocks;
use raw_http::Config;
use tokio::net::TcpListener;

/// 41 and the number of the chapter: where the lab looks for it.
const ADDRESS: &str = "127.0.0.1:4105";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let listener = match TcpListener::bind(ADDRESS).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("cannot listen on {ADDRESS}: {error}");
            eprintln!("Does this server run already, in another terminal?");
            return ExitCode::FAILURE;
        }
    };
    println!(
        "Your stream is on http://{ADDRESS}; the lab of chapter 5 finds it there."
    );
    println!("  curl -N 'http://{ADDRESS}/stream?after=0'");
    println!("  curl -i http://{ADDRESS}/events -d hello");
    println!("Ctrl-C ends it. After a change of your code, start it again.");
    let config = Config {
        clock: Some(SystemTime::now),
        ..Config::default()
    };
    let interrupted = async {
        // Without a handler the system's own one ends the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    };
    http_streaming::serve(listener, server::handler(), config, interrupted).await;
    ExitCode::SUCCESS
}
