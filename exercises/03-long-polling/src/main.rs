//! `cargo run -p ex03-long-polling`: a board that holds questions with your `hold` of
//! exercise 1, for the lab of chapter 3 and for `curl`. There is nothing to change here.

mod server;

use std::process::ExitCode;
use std::time::SystemTime;

use ex03_long_polling::e1_overslept;
use raw_http::Config;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// 41 and the number of the chapter: where the lab looks for it.
const ADDRESS: &str = "127.0.0.1:4103";

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
    println!("Your board is on http://{ADDRESS}; the lab of chapter 3 finds it there.");
    println!("  curl -i 'http://{ADDRESS}/events?after=0'");
    println!("and in another terminal");
    println!("  curl -i http://{ADDRESS}/events -d hello");
    println!("Ctrl-C ends it. After a change of your code, start it again.");
    let config = Config {
        clock: Some(SystemTime::now),
        ..Config::default()
    };
    let stopping = CancellationToken::new();
    let handler = server::handler(stopping.clone());
    let interrupted = async {
        // Without a handler the system's own one ends the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await
        }
        stopping.cancel();
    };
    raw_http::serve(listener, handler, config, interrupted).await;
    ExitCode::SUCCESS
}
