//! What may stand between a client and a server: it forwards, and it has a patience.

use std::time::Duration;

use raw_http::{Client, Handler, Request, Response};
use tokio::time::timeout;
use wiretap::Dial;

/// Forwards each request to `host`, over a connection of its own through `dialer`, and
/// gives up after `patience`.
///
/// 504 says that there was no answer in time, and 502 that there was none that could be
/// read (RFC 9110 §15.6.5, RFC 9110 §15.6.3). A client that hangs up takes the forwarded
/// request with it, so the server learns of it too; not every proxy does that.
pub fn proxy<D: Dial + Clone + Send + Sync + 'static>(
    dialer: D,
    host: impl Into<String>,
    patience: Duration,
) -> impl Handler {
    let host = host.into();
    move |request: Request| {
        // RFC 9110 §7.6.3: who forwards a message says so.
        let request = request.header("Via", "1.1 proxy");
        let mut client = Client::new(dialer.clone(), host.clone()).keep_alive(false);
        async move {
            match timeout(patience, client.send(request)).await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => Response::text(502, format!("{error}\n")),
                Err(_) => Response::text(
                    504,
                    format!("no answer within {} s\n", patience.as_secs()),
                ),
            }
        }
    }
}
