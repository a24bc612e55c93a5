//! `serve`: the chapter's server with a handler that shows what it was asked.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::SystemTime;

use raw_http::{Config, Request, Response};
use tokio::net::TcpListener;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The address to listen on; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// The most connections at a time.
    #[arg(long, default_value_t = 1024)]
    max_connections: usize,
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let listener = bind(args.listen).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("listening on http://{address}");
    println!();
    println!("Try, in another terminal:");
    println!("  curl -v http://{address}/");
    println!("  curl -v --data hello http://{address}/echo");
    println!("  cargo run --example ch01-raw-http -- get -v http://{address}/");
    println!("Ctrl-C ends it.");
    let config = Config {
        max_connections: args.max_connections,
        clock: Some(SystemTime::now),
        ..Config::default()
    };
    raw_http::serve(listener, answer, config, ctrl_c()).await;
    println!("every connection is closed");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "port {} is taken; choose another with --listen {}:PORT, or 0 for any",
                address.port(),
                address.ip(),
            ),
            io::ErrorKind::PermissionDenied => format!(
                "port {} is for the administrator; choose one above 1023",
                address.port()
            ),
            _ => format!("cannot listen on {address}: {error}"),
        })
}

async fn ctrl_c() {
    match tokio::signal::ctrl_c().await {
        Ok(()) => {
            println!("\nstopping: no new connections, at most 10 s for the others")
        }
        // Without the signal the server runs until the process is ended from outside.
        Err(_) => std::future::pending().await,
    }
}

/// The site: a page that shows the request as it arrived, and an echo.
async fn answer(request: Request) -> Response {
    let (path, _query) = request.path_and_query();
    match (request.method.as_str(), path) {
        ("GET" | "HEAD", "/") => {
            Response::with_type(200, "text/html; charset=utf-8", page(&request))
        }
        ("POST", "/echo") => Response::text(200, request.body),
        (_, "/") => Response::text(405, "GET it\n").header("Allow", "GET, HEAD"),
        (_, "/echo") => Response::text(405, "POST to it\n").header("Allow", "POST"),
        (_, _) => Response::text(404, "there is / and there is /echo\n"),
    }
}

fn page(request: &Request) -> String {
    let mut head = format!(
        "{} {} {}\n",
        request.method, request.target, request.version
    );
    for (name, value) in request.headers.iter() {
        writeln!(head, "{name}: {value}").expect("a String takes every write");
    }
    format!(
        "<!doctype html>\n<html lang=en><meta charset=utf-8><title>raw-http</title>\n\
         <h1>You asked</h1>\n<pre>{}</pre>\n\
         <p>Those were {} header fields. The answer is this page.\n",
        escape(&head),
        request.headers.len(),
    )
}

/// What a client sends is data, never markup.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
