//! What a connection is, and how there comes to be one: not the client's affair.

/// A way to the chat. Chapter 14 knows one, [`Sockets`](crate::Sockets); chapter 19 has
/// others, for where a WebSocket cannot be had.
pub trait Connect: Send + Sync + 'static {
    /// What one connection is.
    type Line: ClientLine;

    /// Opens a connection; it, and the `hello` with which the client begins, as JSON: one
    /// that is good for this connection, if it holds a secret that is used once.
    ///
    /// # Errors
    ///
    /// When there is no connection. The [`Failure`] says whether it is worth trying again.
    ///
    /// # Cancel safety
    ///
    /// Safe: dropping the future gives the attempt up. The client does so after
    /// [`connect_deadline`](crate::ClientOptions::connect_deadline).
    fn connect(
        &self,
    ) -> impl Future<Output = Result<(Self::Line, String), Failure>> + Send;
}

/// A client's end of one connection: texts in their order, both ways.
pub trait ClientLine: Send + 'static {
    /// Sends `text`, if there is one, and hears: whichever can be done first. A line that
    /// cannot send now hears meanwhile, for a server that has much to say may read nothing
    /// before that is said. It is called all the time: whatever else the line has to do, it
    /// does here.
    ///
    /// # Cancel safety
    ///
    /// Safe: when the future is dropped, nothing has been taken of `text`, and what has not
    /// been given is given by the next call.
    fn exchange(
        &mut self,
        text: Option<String>,
    ) -> impl Future<Output = Exchanged> + Send;
}

/// What an [`exchange`](ClientLine::exchange) comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchanged {
    /// The line has taken the text.
    Sent,
    /// This has come.
    Heard(String),
    /// The connection is over.
    Over(Failure),
}

/// Why there is no connection, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// For now: the next attempt may do better.
    Temporary(String),
    /// For good: nobody can help but whoever has started this client.
    Final(String),
}
