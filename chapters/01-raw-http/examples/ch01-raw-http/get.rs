//! `get`: one request, one answer, printed.

use std::io::{self, Write};
use std::time::Duration;

use raw_http::{Client, ClientError, Request, Response, ResponseError, Version};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wiretap::{Dial, Part, Recorder};

use crate::url::Url;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to fetch: http://host[:port]/path
    url: Url,
    /// Show every byte, line ends included, and when it passed.
    #[arg(short, long)]
    verbose: bool,
    /// Ask in HTTP/1.0, to which no server answers in chunks.
    #[arg(long = "http1.0")]
    http10: bool,
    /// Give up after so many seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Dials a name: every address that it has, one after the other.
struct Named(String);

impl Dial for Named {
    type Io = TcpStream;

    async fn dial(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(&self.0).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

pub(crate) async fn run(args: Args) -> Result<(), String> {
    let Url {
        host,
        address,
        target,
    } = args.url;
    let recorder = Recorder::new("get");
    let dialer = recorder.tap_dialer(Named(address.clone()));
    let mut client = Client::new(dialer, host).keep_alive(false);
    let mut request = Request::get(target).header("User-Agent", "ch01-raw-http");
    if args.http10 {
        request.version = Version::Http10;
    }
    let patience = Duration::from_secs(args.seconds);
    let outcome = timeout(patience, client.send(request)).await;
    match outcome {
        _ if args.verbose => print!("{}", recorder.transcript()),
        Ok(Ok(_)) => print_heads(&recorder),
        Ok(Err(_)) | Err(_) => {}
    }
    match outcome {
        Ok(Ok(response)) if args.verbose => drop(response),
        Ok(Ok(response)) => print_body(&response)?,
        Ok(Err(error)) => return Err(explain(&error, &address)),
        Err(_) => return Err(format!("no answer within {} s", args.seconds)),
    }
    Ok(())
}

/// The heads of the exchange, `>` what was sent and `<` what came.
fn print_heads(recorder: &Recorder) {
    for entry in recorder.transcript().entries {
        let arrow = match entry.part {
            Part::RequestHead => '>',
            Part::ResponseHead => '<',
            _ => continue,
        };
        for line in &entry.content.lines {
            println!("{arrow} {}", line.trim_end_matches(r"\r\n"));
        }
    }
}

fn print_body(response: &Response) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(&response.body)
        .and_then(|()| out.flush())
        .map_err(|error| format!("the body cannot be printed: {error}"))
}

fn explain(error: &ClientError, address: &str) -> String {
    match error {
        ClientError::Dial(cause) => match cause.kind() {
            io::ErrorKind::ConnectionRefused => format!(
                "nobody listens on {address} (connection refused); start a server with \
                 `cargo run --example ch01-raw-http -- serve`"
            ),
            _ => format!("no connection to {address}: {cause}"),
        },
        ClientError::Response(ResponseError::Chunked) => {
            format!("{error}: add --http1.0")
        }
        ClientError::InvalidRequest | ClientError::Response(_) | ClientError::Io(_) => {
            error.to_string()
        }
    }
}
