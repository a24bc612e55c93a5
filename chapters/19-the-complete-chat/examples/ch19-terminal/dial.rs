//! From an address to a stream: TCP, or TLS over it.

use std::io;
use std::sync::Arc;

use handshake::WebSocketUrl;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use wiretap::Dial;

/// A server, by its name. Each connection asks for the address anew.
#[derive(Clone)]
pub(crate) struct Server {
    /// Where its WebSocket is.
    pub(crate) url: WebSocketUrl,
    tls: Option<TlsConnector>,
}

/// TCP, or TLS over it.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<Io: AsyncRead + AsyncWrite + Send + Unpin> Stream for Io {}

impl Server {
    /// The server at `http://…` or `https://…`.
    pub(crate) fn at(address: &str) -> Result<Self, String> {
        let rest = match address.split_once("://") {
            Some(("http", rest)) => format!("ws://{rest}"),
            Some(("https", rest)) => format!("wss://{rest}"),
            _ => return Err("an address begins with http:// or https://".to_owned()),
        };
        let url = format!("{}/chat", rest.trim_end_matches('/'));
        let url: WebSocketUrl = url
            .parse()
            .map_err(|_| format!("{address} is no address: http://HOST:PORT is one"))?;
        let tls = match url.secure {
            true => Some(TlsConnector::from(Arc::new(tls()?))),
            false => None,
        };
        Ok(Self { url, tls })
    }
}

impl Dial for Server {
    type Io = Box<dyn Stream>;

    async fn dial(&self) -> io::Result<Self::Io> {
        let address = (self.url.host.as_str(), self.url.port);
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(tcp));
        };
        let name = ServerName::try_from(self.url.host.clone());
        let name = name.map_err(io::Error::other)?;
        Ok(Box::new(tls.connect(name, tcp).await?))
    }
}

/// Those are trusted whom the system trusts, or those in the file that `SSL_CERT_FILE` names.
fn tls() -> Result<ClientConfig, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _unreadable) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let nobody = "this system has no certificates to trust: name a PEM file of some \
                      in SSL_CERT_FILE";
        return Err(nobody.to_owned());
    }
    let config = ClientConfig::builder().with_root_certificates(roots);
    Ok(config.with_no_client_auth())
}
