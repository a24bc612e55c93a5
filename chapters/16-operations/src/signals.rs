//! What the system, or the person at the keyboard, asks of the process.

use std::io;

use tokio::sync::mpsc;

/// More of them mean nothing.
const SIGNALS: usize = 2;

/// The signals that ask the process to end, from now on: Ctrl-C (SIGINT), and on Unix SIGTERM,
/// which systemd, Docker and Kubernetes send.
///
/// # Errors
///
/// When the system does not let the process listen to them.
pub fn signals() -> io::Result<mpsc::Receiver<&'static str>> {
    let (sender, signals) = mpsc::channel(SIGNALS);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    _ = interrupt.recv() => "SIGINT",
                    _ = terminate.recv() => "SIGTERM",
                };
                if sender.send(name).await.is_err() {
                    return;
                }
            }
        });
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if sender.send("Ctrl-C").await.is_err() {
                return;
            }
        }
    });
    Ok(signals)
}
