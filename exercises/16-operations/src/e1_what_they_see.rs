//! A server is asked to stop. With axum 0.8.9 that is one line:
//!
//! ```ignore
//! axum::serve(listener, router).with_graceful_shutdown(signal).await
//! ```
//!
//! Six clients are there, or come. What does each of them see from the signal on? Write it down
//! before you run it. All of it is HTTP/1.1, and nothing takes any time on the way.
//!
//! 1. It has connected, and has sent nothing yet.
//! 2. It has asked for a page and has been answered. Its connection is kept alive.
//! 3. It has sent the first half of a head. A second after the signal it sends the rest.
//! 4. It waits for an answer that the server gives two seconds after the signal.
//! 5. It has a WebSocket. Three seconds after the signal it says something, which the server's
//!    handler sends back.
//! 6. It connects a second after the signal.
//!
//! And 7: when is the `await` above over?
//!
//! Write what they see in words, in their order, each with the seconds since the signal: as in
//! `answer at 5`, `closed at 5` for the end of the connection, `close frame at 5` for a Close on
//! the WebSocket, `echo at 5` for a message that came back, `refused at 5` for a connection
//! that was not made; and `over at 5` for 7. Who sees nothing has an empty list. They watch for
//! ten seconds, and send nothing more by themselves.
//!
//! The checks ask axum, and compare.

/// Your prediction: what the six see, and when it is over.
pub fn prediction() -> [&'static [&'static str]; 7] {
    todo!("write down what each of them sees, before you run it")
}
