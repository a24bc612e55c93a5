//! The server: the built site, its live reload and the labs, on loopback only.

mod files;
mod guard;
mod live;
mod watch;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anstream::{eprintln, println};
use anstyle::{AnsiColor, Style};
use anyhow::{Context, bail};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::Serve;
use crate::labs::Labs;
use crate::workspace::Workspace;
use guard::Guard;
use live::Live;

/// How long open connections may take to end after Ctrl-C.
const DRAIN: Duration = Duration::from_secs(1);

/// Builds and serves until Ctrl-C.
pub(crate) fn run(
    workspace: &Workspace,
    arguments: &Serve,
) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    // A taken port is told before the work of building is done.
    let listener = runtime.block_on(listen(arguments.port))?;
    let address = listener.local_addr()?;
    let live = Arc::new(Live::new());
    watch::spawn(workspace.clone(), Arc::clone(&live))?;
    runtime.block_on(async {
        live.first_build().await;
        announce(address, started.elapsed());
        if arguments.open {
            open(&format!("http://localhost:{}/", address.port()));
        }
        let labs = Labs::default();
        let routes = routes(live, &labs, address.port());
        serve(listener, routes, &labs).await
    })?;
    // A build that is still running is not waited for.
    runtime.shutdown_background();
    println!();
    Ok(ExitCode::SUCCESS)
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => bail!(
            "port {port} of 127.0.0.1 is taken, perhaps by this book in another terminal\n   \
             = stop what listens there, or choose another: cargo run -- --port {}",
            port.checked_add(1).unwrap_or(4100)
        ),
        Err(error) => Err(error)
            .with_context(|| format!("cannot listen on port {port} of 127.0.0.1")),
    }
}

fn announce(address: SocketAddr, took: Duration) {
    let bold = Style::new().bold();
    let link = AnsiColor::Cyan.on_default().bold();
    let dim = Style::new().dimmed();
    let port = address.port();
    println!("\n  {bold}WebSockets from the Wire Up{bold:#}");
    println!(
        "  {link}http://localhost:{port}/{link:#} {dim}(ready in {} ms){dim:#}\n",
        took.as_millis()
    );
    println!("  Read it there; a page reloads when its sources change.");
    println!("  For the exercises, in a second terminal:\n");
    println!(
        "    cargo run -- list     {dim}the exercises, and how far you are{dim:#}"
    );
    println!("    cargo run -- check    {dim}check the next open one{dim:#}\n");
    println!("  {dim}Ctrl-C ends the server.{dim:#}");
}

/// All routes, behind the guard and with the headers of a page that needs nothing from
/// outside.
fn routes(live: Arc<Live>, labs: &Labs, port: u16) -> Router {
    let site = Router::new()
        .route("/-/live", get(live::socket))
        .fallback(files::serve)
        .with_state(live);
    site.merge(labs.router())
        .layer(middleware::from_fn(harden))
        .layer(middleware::from_fn_with_state(
            Guard::new(port),
            guard::check,
        ))
}

/// Tells the browser what the pages do not do, so that it can hold them to it.
async fn harden(
    request: axum::extract::Request,
    next: Next,
) -> axum::response::Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // mdBook's pages have inline scripts and styles; a lab's server has a port of its
        // own on loopback.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; script-src 'self' 'unsafe-inline'; \
             style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' ws://localhost:* http://localhost:* \
             ws://127.0.0.1:* http://127.0.0.1:*; \
             base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
        ),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn serve(
    listener: TcpListener,
    routes: Router,
    labs: &Labs,
) -> anyhow::Result<()> {
    let ended = CancellationToken::new();
    let server = axum::serve(listener, routes).with_graceful_shutdown({
        let ended = ended.clone();
        async move {
            if let Err(error) = tokio::signal::ctrl_c().await {
                eprintln!("cannot wait for Ctrl-C: {error}");
                std::future::pending::<()>().await;
            }
            ended.cancel();
        }
    });
    let pages = async {
        let served = tokio::select! {
            served = async { server.await } => served.context("the server failed"),
            // Pages that hold a connection open do not hold up the end.
            () = async {
                ended.cancelled().await;
                tokio::time::sleep(DRAIN).await;
            } => Ok(()),
        };
        ended.cancel();
        served
    };
    let labs = async {
        ended.cancelled().await;
        labs.drain().await;
    };
    tokio::join!(pages, labs).0
}

fn open(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    let quiet = command
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Err(error) = quiet.spawn() {
        eprintln!("cannot open a browser: {error}; open the address above yourself");
    }
}

#[cfg(test)]
mod tests;
