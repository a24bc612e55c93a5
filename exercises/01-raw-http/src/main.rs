//! `cargo run -p ex01-raw-http`: a server made of your exercises 2 and 3, for the lab of
//! chapter 1 and for `curl`. There is nothing to change here.

use std::io;
use std::process::ExitCode;

use ex01_raw_http::e2_answer::answer;
use ex01_raw_http::e3_reader::Reader;
use raw_http::{Request, keeps_alive};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// 41 and the number of the chapter: where the lab looks for it.
const ADDRESS: &str = "127.0.0.1:4101";

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
        "Your server is on http://{ADDRESS}; the lab of chapter 1 finds it there."
    );
    println!("  curl -i http://{ADDRESS}/");
    println!("  curl -i http://{ADDRESS}/echo -d hello");
    println!("Ctrl-C ends it. After a change of your code, start it again.");
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(tokio::spawn(converse(stream))),
                Err(error) => eprintln!("a connection is not accepted: {error}"),
            },
            interrupted = tokio::signal::ctrl_c() => match interrupted {
                Ok(()) => return ExitCode::SUCCESS,
                Err(_) => return ExitCode::FAILURE,
            },
        }
    }
}

/// Answers what your reader finds with what your `answer` writes.
async fn converse(mut stream: TcpStream) -> io::Result<()> {
    let mut reader = Reader::default();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        for order in reader.receive(&buffer[..read]) {
            let request = Request::get(order.target);
            let body = match order.body.is_empty() {
                true => format!("You asked for {}\n", request.target),
                false => String::from_utf8_lossy(&order.body).into_owned(),
            };
            let bytes = answer(&request, 200, "OK", &body);
            stream.write_all(&bytes).await?;
            if !keeps_alive(request.version, &request.headers) {
                return stream.shutdown().await;
            }
        }
    }
}
