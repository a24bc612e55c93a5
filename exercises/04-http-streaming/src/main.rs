//! `cargo run -p ex04-http-streaming`: a board whose stream is told by your `tell` of
//! exercise 2, for the lab of chapter 4 and for `curl`. There is nothing to change here.

mod server;

use ex04_http_streaming as subject;

use std::process::ExitCode;

use tokio::net::TcpListener;

/// 41 and the number of the chapter: where the lab looks for it.
const ADDRESS: &str = "127.0.0.1:4104";

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
        "Your stream is on http://{ADDRESS}; the lab of chapter 4 finds it there."
    );
    println!("  curl -N 'http://{ADDRESS}/stream?after=0'");
    println!("  curl http://{ADDRESS}/events -d hello");
    println!("Ctrl-C ends it. After a change of your code, start it again.");
    tokio::select! {
        () = server::serve(listener) => {}
        // Without a handler the system's own one ends the program.
        Ok(()) = tokio::signal::ctrl_c() => {}
    }
    ExitCode::SUCCESS
}
