//! Axum's WebSocket as a line.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use backpressure::Intake;
use bytes::Bytes;
use connection::Config;
use futures_util::{Sink, Stream};
use history::{Gone, Line, Told};
use tungstenite::Error;
use tungstenite::error::CapacityError;

use super::time::{Keepalive, Look, Patience};

/// How often it reads before it writes, when there is always more to read.
const TURNS: u32 = 128;

/// Axum's WebSocket, which is tungstenite's, as a line. It does what chapter 9's does: what
/// is told leaves when there is nothing to read, all of it at once, and a peer that is silent
/// is asked whether it is there.
#[derive(Debug)]
pub struct TungsteniteLine {
    websocket: WebSocket,
    intake: Intake,
    state: State,
    /// Something was said that has not left.
    is_dirty: bool,
    /// How often it has read since it wrote.
    turns: u32,
    /// How long a peer may take to answer our Close.
    close_timeout: Duration,
    /// Begins when the line is closed.
    patience: Option<Patience>,
    keepalive: Option<Keepalive>,
}

#[derive(Debug)]
enum State {
    Open,
    /// Our Close is to be sent.
    Closing(CloseFrame),
    /// It is sent, or lies where what leaves next is taken from; the peer's is to come.
    Closed,
    /// As `Closing`, and nothing that comes can be understood any more.
    Failing(CloseFrame),
    Over,
}

impl TungsteniteLine {
    pub(super) fn new(websocket: WebSocket, config: &Config, intake: Intake) -> Self {
        Self {
            websocket,
            intake,
            state: State::Open,
            is_dirty: false,
            turns: 0,
            close_timeout: config.close_timeout,
            patience: None,
            keepalive: config.keepalive.map(Keepalive::new),
        }
    }

    fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Option<String>> {
        loop {
            if self.poll_patience(cx).is_ready() {
                self.state = State::Over;
            }
            if ready!(self.poll_goodbye(cx)) {
                return Poll::Ready(None);
            }
            if self.turns >= TURNS {
                // Whether there is room or not, it goes on.
                let _ = self.poll_write(cx);
            }
            match Pin::new(&mut self.websocket).poll_next(cx) {
                Poll::Ready(message) => {
                    self.turns += 1;
                    if let Some(text) = self.take(message) {
                        return Poll::Ready(Some(text));
                    }
                }
                Poll::Pending => {
                    if let Poll::Ready(Err(Gone)) = self.poll_write(cx) {
                        return Poll::Ready(None);
                    }
                    ready!(self.poll_look(cx));
                }
            }
        }
    }

    /// What has come, if it is to be heard.
    fn take(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Option<String> {
        if let Some(keepalive) = &mut self.keepalive {
            keepalive.heard = true;
        }
        match message {
            Some(Ok(Message::Text(text))) => {
                let is_heard = matches!(self.state, State::Open);
                return is_heard.then(|| text.as_str().to_owned());
            }
            Some(Ok(Message::Binary(_))) => {
                self.close(1003, "the chat's messages are text");
            }
            // Its pong lies where what leaves next is taken from.
            Some(Ok(Message::Ping(_))) => self.is_dirty = true,
            Some(Ok(Message::Pong(_))) => {}
            Some(Ok(Message::Close(_))) => {
                // The answer lies there as well, unless ours was the first.
                self.is_dirty = true;
                self.state = State::Closed;
            }
            Some(Err(error)) => self.fail(error),
            None => self.state = State::Over,
        }
        None
    }

    /// The peer has broken a rule, or is gone. If it can be told, it is.
    fn fail(&mut self, error: axum::Error) {
        let error = error.into_inner().downcast::<Error>();
        let code = match error.as_deref() {
            Ok(Error::Capacity(CapacityError::MessageTooLong { .. })) => 1009,
            Ok(Error::Utf8(_)) => 1007,
            Ok(Error::Protocol(_)) => 1002,
            _ => {
                self.state = State::Over;
                return;
            }
        };
        let reason = Utf8Bytes::default();
        self.state = State::Failing(CloseFrame { code, reason });
    }

    /// Ready when it has been closed for too long.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let State::Open | State::Over = self.state {
            return Poll::Pending;
        }
        let (timeout, taken) = (self.close_timeout, self.intake.taken());
        let patience = self
            .patience
            .get_or_insert_with(|| Patience::new(timeout, taken));
        patience.poll(cx, taken)
    }

    /// Sends our Close, if it is to be sent; whether it is over.
    fn poll_goodbye(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        let (frame, is_failing) = match &self.state {
            State::Closing(frame) => (frame.clone(), false),
            State::Failing(frame) => (frame.clone(), true),
            State::Open | State::Closed => return Poll::Ready(false),
            State::Over => return Poll::Ready(true),
        };
        if ready!(self.poll_send(cx, || Message::Close(Some(frame)))).is_err() {
            return Poll::Ready(true);
        }
        self.state = State::Closed;
        if is_failing {
            // Nothing more can be read. What the kernel takes is what the peer may get.
            let _ = self.poll_write(cx);
            self.state = State::Over;
        }
        Poll::Ready(is_failing)
    }

    /// Puts a message where what leaves next is taken from, when there is room.
    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        message: impl FnOnce() -> Message,
    ) -> Poll<Result<(), Gone>> {
        let mut websocket = Pin::new(&mut self.websocket);
        let sent = match ready!(websocket.as_mut().poll_ready(cx)) {
            Ok(()) => websocket.start_send(message()),
            Err(error) => Err(error),
        };
        self.is_dirty = true;
        self.unless_lost(sent)
    }

    /// Writes what has been said.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.turns = 0;
        if !self.is_dirty {
            return Poll::Ready(Ok(()));
        }
        let written = ready!(Pin::new(&mut self.websocket).poll_flush(cx));
        self.is_dirty = false;
        if let (State::Closed, Some(patience)) = (&self.state, &mut self.patience) {
            patience.is_told = true;
        }
        self.unless_lost(written)
    }

    fn unless_lost(&mut self, done: Result<(), axum::Error>) -> Poll<Result<(), Gone>> {
        Poll::Ready(done.map_err(|_lost| {
            self.state = State::Over;
            Gone
        }))
    }

    /// Looks whether the peer is there, when it is time. Ready when there is something to do.
    fn poll_look(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let (State::Open, Some(keepalive)) = (&self.state, &mut self.keepalive)
            else {
                return Poll::Pending;
            };
            ready!(keepalive.look.as_mut().poll(cx));
            match keepalive.looks(self.is_dirty, self.intake.taken()) {
                Look::Nothing => {}
                Look::Ask => {
                    // If there is no room, something is on its way already.
                    let _ = self.poll_send(cx, || Message::Ping(Bytes::new()));
                    return Poll::Ready(());
                }
                Look::GiveUp => {
                    self.state = State::Over;
                    return Poll::Ready(());
                }
            }
        }
    }
}

impl Line for TungsteniteLine {
    async fn hear(&mut self) -> Option<String> {
        poll_fn(|cx| self.poll_hear(cx)).await
    }

    async fn tell(&mut self, told: &Told) -> Result<(), Gone> {
        let text = Utf8Bytes::try_from(told.payload()).expect("what is told is text");
        let mut message = Some(Message::Text(text));
        poll_fn(|cx| {
            while let State::Open = self.state {
                let send = || message.take().expect("it is sent once");
                match self.poll_send(cx, send) {
                    Poll::Ready(sent) => return Poll::Ready(sent),
                    // Nobody else looks whether the peer is there.
                    Poll::Pending => ready!(self.poll_look(cx)),
                }
            }
            Poll::Ready(Err(Gone))
        })
        .await
    }

    fn close(&mut self, code: u16, reason: &str) {
        if let State::Open = self.state {
            let reason = Utf8Bytes::from(reason);
            self.state = State::Closing(CloseFrame { code, reason });
        }
    }
}
