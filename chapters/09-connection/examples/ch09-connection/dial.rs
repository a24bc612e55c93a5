//! From a URL to a WebSocket.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use connection::{Config, WebSocket, connect};
use handshake::{Offer, WebSocketUrl};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, Error as TlsError, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long it may take until the handshake is done.
const PATIENCE: Duration = Duration::from_secs(10);

/// TCP, or TLS over it.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<Io: AsyncRead + AsyncWrite + Send + Unpin> Stream for Io {}

/// Opens a WebSocket.
pub(crate) async fn dial(
    url: &WebSocketUrl,
    config: Config,
) -> Result<WebSocket<Box<dyn Stream>>, String> {
    let opening = async {
        let stream = open(url).await?;
        let offer = Offer::new(url);
        let connected = connect(stream, offer, config).await;
        connected.map_err(|error| error.to_string())
    };
    let opened = timeout(PATIENCE, opening).await;
    let opened = opened.unwrap_or_else(|_| Err("it takes too long".to_owned()));
    match opened {
        Ok((websocket, _terms)) => Ok(websocket),
        Err(error) => Err(format!("{url}: {error}")),
    }
}

async fn open(url: &WebSocketUrl) -> Result<Box<dyn Stream>, String> {
    let tcp = TcpStream::connect((url.host.as_str(), url.port)).await;
    let tcp = tcp.map_err(|error| error.to_string())?;
    // What is written leaves at once: small messages are what it is for.
    tcp.set_nodelay(true).map_err(|error| error.to_string())?;
    if !url.secure {
        return Ok(Box::new(tcp));
    }
    let name = ServerName::try_from(url.host.clone());
    let name = name.map_err(|error| error.to_string())?;
    let tls = TlsConnector::from(Arc::new(tls()?))
        .connect(name, tcp)
        .await;
    Ok(Box::new(tls.map_err(|error| explained(&error))?))
}

/// Why there is no TLS, and what can be done about it.
fn explained(error: &io::Error) -> String {
    let cause = error.get_ref().and_then(|error| error.downcast_ref());
    match cause {
        // By nobody that is known; or by somebody who only has the same name.
        Some(TlsError::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => {
            "nobody whom this system trusts has signed the server's certificate. If you \
             trust it, name a PEM file with it, or with its issuer's, in SSL_CERT_FILE"
                .to_owned()
        }
        Some(TlsError::InvalidCertificate(
            mistake @ (CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. }),
        )) => format!(
            "the server's certificate is for another name: {mistake}. Connect to a name \
             that it has"
        ),
        Some(TlsError::InvalidMessage(_)) => {
            "the server does not speak TLS here. Without TLS it is ws://".to_owned()
        }
        _ => error.to_string(),
    }
}

/// RFC 6455 §10.6: whoever connects over TLS checks whom it talks to. It trusts those whom
/// the system trusts, or those in the file that `SSL_CERT_FILE` names.
fn tls() -> Result<ClientConfig, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _unreadable) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let nobody = "this system has no certificates to trust. Name a PEM file of some in \
                      SSL_CERT_FILE";
        return Err(nobody.to_owned());
    }
    let config = ClientConfig::builder().with_root_certificates(roots);
    Ok(config.with_no_client_auth())
}
