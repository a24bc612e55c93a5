//! Where connections come from: the two traits over which every chapter's server and
//! client are generic, so that the same code runs over TCP and over a [`Link`](crate::Link).

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

/// A source of accepted connections: what a server listens on.
pub trait Listen: Send + 'static {
    /// The stream of one connection.
    type Io: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Waits for the next connection.
    ///
    /// # Errors
    ///
    /// As the transport reports them. A TCP listener that runs out of file descriptors
    /// fails here and may succeed later: a server waits a little and accepts again.
    ///
    /// # Cancel safety
    ///
    /// Safe: no connection is lost when the future is dropped.
    fn accept(&mut self) -> impl Future<Output = io::Result<Self::Io>> + Send;
}

/// A way to open connections: what a client dials.
pub trait Dial: Send + Sync + 'static {
    /// The stream of one connection.
    type Io: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// As the transport reports them; over TCP above all `ConnectionRefused`.
    ///
    /// # Cancel safety
    ///
    /// Safe: dropping the future gives the attempt up.
    fn dial(&self) -> impl Future<Output = io::Result<Self::Io>> + Send;
}

impl Listen for TcpListener {
    type Io = TcpStream;

    async fn accept(&mut self) -> io::Result<TcpStream> {
        let (stream, _peer) = TcpListener::accept(self).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Dials one TCP address. Nagle's algorithm is off: what is written leaves at once.
#[derive(Debug, Clone, Copy)]
pub struct Tcp(pub SocketAddr);

impl Dial for Tcp {
    type Io = TcpStream;

    async fn dial(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.0).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
