//! The whole server, as a task of this process.

use std::fmt;
use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::path::Path;

use operations::{Config, Ended, Period, Service, Trouble, run};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::Ways;
use crate::app;

/// The whole server, as a task of this process: for tests, and for programs that have other
/// things to do as well. It ends, without a goodbye, when this is dropped.
pub struct Running {
    config: Config,
    ways: Ways,
    service: Service,
    signals: mpsc::Sender<&'static str>,
    task: AbortOnDropHandle<Result<Ended, Trouble>>,
}

impl Running {
    /// Starts it on free ports of this machine, with its data in this folder. When it drains,
    /// everybody is sent away at once.
    ///
    /// # Errors
    ///
    /// When it cannot start.
    pub async fn in_folder(data: &Path) -> Result<Self, Trouble> {
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut config = Config {
            listen: here,
            admin: here,
            data: data.to_owned(),
            ..Config::default()
        };
        config.limits.rooms = app::ROOMS;
        config.drain.over = Period::from_secs(0);
        Self::start(config, Ways::default()).await
    }

    /// Starts it as the configuration says.
    ///
    /// # Errors
    ///
    /// When it cannot start.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, there is no server.
    pub async fn start(config: Config, ways: Ways) -> Result<Self, Trouble> {
        let (signals, received) = mpsc::channel(2);
        let (tell, told) = oneshot::channel();
        let holds = config.clone();
        let task = tokio::spawn(async move {
            let build = |service: &Service| {
                // Nobody waits for it any more when the server is not wanted.
                let _ = tell.send(service.clone());
                ways.site(service)
            };
            run(&holds, build, received).await
        });
        let task = AbortOnDropHandle::new(task);
        match told.await {
            Ok(service) => Ok(Self {
                config,
                ways,
                service,
                signals,
                task,
            }),
            // It has ended before it was built.
            Err(_) => Err(ended(task).await.expect_err("it has not begun")),
        }
    }

    /// Where people come in.
    pub fn address(&self) -> SocketAddr {
        self.service.address
    }

    /// Where the operator looks.
    pub fn admin(&self) -> SocketAddr {
        self.service.admin
    }

    /// What it is made of.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Drains it, as SIGTERM does, and waits for its end.
    ///
    /// # Errors
    ///
    /// When the data cannot be closed.
    pub async fn drain(self) -> Result<Ended, Trouble> {
        // One that has ended by itself says so below.
        let _ = self.signals.send("SIGTERM").await;
        ended(self.task).await
    }

    /// Ends it without a goodbye.
    ///
    /// # Errors
    ///
    /// When the data cannot be closed.
    pub async fn kill(self) -> Result<(), Trouble> {
        self.task.abort();
        // It was aborted, or had ended.
        let _ = self.task.await;
        self.service.close().await
    }

    /// Drains it, and starts another one in its place: at the same address, with the same
    /// data.
    ///
    /// # Errors
    ///
    /// When the one cannot be ended, or the other not be started.
    pub async fn restart(self) -> Result<Self, Trouble> {
        let (config, ways) = self.again();
        self.drain().await?;
        Self::start(config, ways).await
    }

    /// Kills it, and starts another one in its place.
    ///
    /// # Errors
    ///
    /// As [`restart`](Self::restart).
    pub async fn kill_and_restart(self) -> Result<Self, Trouble> {
        let (config, ways) = self.again();
        self.kill().await?;
        Self::start(config, ways).await
    }

    fn again(&self) -> (Config, Ways) {
        let mut config = self.config.clone();
        config.listen = self.service.address;
        (config, self.ways)
    }
}

/// How it has ended. A panic of it is one here.
async fn ended(
    task: AbortOnDropHandle<Result<Ended, Trouble>>,
) -> Result<Ended, Trouble> {
    task.await
        .unwrap_or_else(|panic| resume_unwind(panic.into_panic()))
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("address", &self.service.address)
            .finish_non_exhaustive()
    }
}
