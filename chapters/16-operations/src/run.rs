//! The whole server: its data, its two listeners, and its end.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use backpressure::{Entrance, Limits, address_of, serve_websockets};
use gatekeeping::{Door, Keeper, site};
use history::{Halls, Options, SqliteLog};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::admin::admin;
use crate::backup::{ACCOUNTS, KEYS, ROOMS, STAGING, make_folder};
use crate::config::Config;
use crate::conversations::Conversations;
use crate::drain::Drain;
use crate::metrics::Metrics;
use crate::serve::{Ended, Site, serve};
use crate::trouble::Trouble;

/// What a server is made of, for those who add to it.
#[derive(Clone)]
pub struct Service {
    /// All conversations: each line that is opened is held by it.
    pub conversations: Conversations<SqliteLog, Halls, Door>,
    /// Who has an account, who is signed in, and who may go where.
    pub keeper: Keeper,
    /// Where people come in.
    pub address: SocketAddr,
    /// Where the operator looks.
    pub admin: SocketAddr,
    log: SqliteLog,
}

/// Serves as the configuration says until the first of the `signals`, drains, and closes the
/// data. `build` makes what there is over HTTP, `/chat` among it; it is called when everything can be
/// used, and before anybody comes.
///
/// # Errors
///
/// When the server cannot start, and when the data cannot be closed: see [`Trouble`]. What was
/// accepted is kept in either case.
///
/// # Cancel safety
///
/// To drop it is to cut everybody off. What was accepted is durable all the same.
pub async fn run<S: Into<Site>>(
    config: &Config,
    build: impl FnOnce(&Service) -> S,
    signals: mpsc::Receiver<&'static str>,
) -> Result<Ended, Trouble> {
    // First of all: whoever cannot serve makes no file.
    let listener = bind("listen", config.listen).await?;
    let admin_listener = bind("admin", config.admin).await?;
    let address = config.listen.to_owned();
    let address = listener.local_addr().unwrap_or(address);
    let admin_address = admin_listener.local_addr().unwrap_or(config.admin);
    let service = Service::open(config, address, admin_address)?;
    let site = Site {
        proxies: service.keeper.settings().proxies.clone(),
        ..build(&service).into()
    };
    info!(%address, admin = %admin_address, "serving");

    let looked_at = CancellationToken::new();
    let watching = tokio::spawn(watch(
        admin_listener,
        admin(service.log.clone(), service.conversations.clone()),
        looked_at.clone(),
    ));
    let conversations = service.conversations.clone();
    let ended = serve(listener, site, conversations, address_of, signals).await;
    looked_at.cancel();
    if ended != Ended::AtOnce {
        service.close().await?;
        // It has nobody to wait for.
        let _ = watching.await;
    }
    info!("ended");
    Ok(ended)
}

async fn bind(
    setting: &'static str,
    address: SocketAddr,
) -> Result<TcpListener, Trouble> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| Trouble::Listen(setting, address, error))
}

/// Answers the operator, as long as people are served.
async fn watch(listener: TcpListener, router: Router, over: CancellationToken) {
    let entrance = Entrance {
        limits: Arc::new(Limits {
            connections: 32,
            ..Limits::default()
        }),
        router,
        proxies: Vec::new(),
    };
    let no_websocket = |_, _| async {};
    let shutdown = over.cancelled();
    serve_websockets(listener, entrance, address_of, no_websocket, shutdown).await;
}

impl Service {
    fn open(
        config: &Config,
        address: SocketAddr,
        admin: SocketAddr,
    ) -> Result<Self, Trouble> {
        check_folder(&config.data)?;
        let metrics = Metrics::new();
        let counting = metrics.clone();
        let options = Options {
            quota: config.quota,
            on_commit: Some(Arc::new(move |took, posts| {
                counting.committed(took, posts);
            })),
            ..Options::default()
        };
        let halls = Halls::new();
        let log = SqliteLog::open(config.data.join(ROOMS), &options, halls.clone())?;
        let keeper = Keeper::open(&config.data, config.gate(address))?
            .reporting(|trouble| error!("{trouble}"));
        let parts = (log.clone(), halls, keeper.gate());
        let drain = Drain::new(config.plan());
        let conversations = Conversations::new(parts, config.limits(), drain, metrics);
        Ok(Self {
            conversations,
            keeper,
            address,
            admin,
            log,
        })
    }

    /// All that chapter 15 has over HTTP, and these pages, behind its guard.
    pub fn site(&self, pages: Router) -> Router {
        site(&self.keeper, self.conversations.limits(), pages)
    }

    /// Closes the data, also for its clones: when this resolves, each of its files is whole by
    /// itself. [`run`] does it, unless it is dropped or ends at once.
    ///
    /// # Errors
    ///
    /// What the disk says. Nothing is lost then.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, they are closed or not.
    pub async fn close(self) -> Result<(), Trouble> {
        let Self { log, keeper, .. } = self;
        let (log, keeper) = tokio::join!(log.close(), keeper.close());
        log?;
        Ok(keeper?)
    }
}

/// Looks whether the data in the folder belong together.
fn check_folder(data: &Path) -> Result<(), Trouble> {
    make_folder(data)?;
    if data.join(STAGING).exists() {
        return Err(Trouble::Unfinished(data.to_owned()));
    }
    let keys = data.join(KEYS);
    let has_accounts = fs::exists(data.join(ACCOUNTS));
    let has_keys = fs::exists(&keys);
    let means = |error| Trouble::Folder(data.to_owned(), error);
    if has_accounts.map_err(means)? && !has_keys.map_err(means)? {
        return Err(Trouble::NoKeys(keys));
    }
    Ok(())
}
