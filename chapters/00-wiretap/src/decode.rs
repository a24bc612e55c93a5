//! Bytes into entries: one conversation, both directions, decoded as they pass.
//!
//! The decoder is independent of the code it observes: heads and chunk sizes are read by
//! `httparse`, frame headers by `tungstenite`. It never fails; what it cannot make out is
//! shown as bytes.

mod advance;
mod direction;
mod frame;
mod head;
mod item;

use std::collections::VecDeque;

use direction::Direction;
use head::Framing;

use crate::recorder::{Noted, Span, noted};
use crate::transcript::{Part, Side};

/// One connection and what is known of it from both directions.
#[derive(Debug)]
pub(crate) struct Conversation {
    number: u32,
    client: Direction,
    server: Direction,
    /// The methods of requests that are not answered yet: a response's framing depends on
    /// them (RFC 9112 §6.3).
    unanswered: VecDeque<String>,
    open_ends: u8,
}

impl Conversation {
    pub(crate) fn new(number: u32) -> Self {
        Self {
            number,
            client: Direction::new(number, Side::Client),
            server: Direction::new(number, Side::Server),
            unanswered: VecDeque::new(),
            open_ends: 2,
        }
    }

    /// Both ends have ended or the connection was reset: nothing more will pass.
    pub(crate) fn is_over(&self) -> bool {
        self.open_ends == 0
    }

    /// What is under way in either direction, as far as it has come.
    pub(crate) fn pending(&self) -> impl Iterator<Item = Noted> {
        [self.client.pending(), self.server.pending()]
            .into_iter()
            .flatten()
    }

    pub(crate) fn bytes(&mut self, from: Side, span: Span, bytes: &[u8]) -> Vec<Noted> {
        let mut out = Vec::new();
        self.feed(from, span, bytes, &mut out);
        out
    }

    pub(crate) fn end(&mut self, from: Side, span: Span) -> Vec<Noted> {
        let mut out = Vec::new();
        out.extend(self.direction(from).finish());
        out.push(noted(
            self.number,
            from,
            span,
            Part::End,
            "end of the stream",
        ));
        self.open_ends = self.open_ends.saturating_sub(1);
        out
    }

    pub(crate) fn reset(&mut self, from: Side, span: Span) -> Vec<Noted> {
        let mut out = Vec::new();
        out.extend(self.client.finish());
        out.extend(self.server.finish());
        out.push(noted(self.number, from, span, Part::Reset, "reset"));
        self.open_ends = 0;
        out
    }

    fn direction(&mut self, from: Side) -> &mut Direction {
        match from {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn feed(&mut self, from: Side, span: Span, mut bytes: &[u8], out: &mut Vec<Noted>) {
        while !bytes.is_empty() {
            let direction = self.direction(from);
            if direction.awaits_head() {
                let Some((head, rest)) = direction.head(span, bytes) else {
                    return;
                };
                bytes = rest;
                let framing = match from {
                    Side::Client => self.on_request(&head),
                    Side::Server => self.on_response(&head),
                };
                let is_final = head.status >= 200 || framing == Framing::Frames;
                out.push(head.noted);
                self.direction(from).begin(framing);
                if from == Side::Server && is_final {
                    self.answer_upgrade(framing, out);
                }
            } else {
                bytes = direction.rest(span, bytes, out);
            }
        }
    }

    fn on_request(&mut self, head: &head::Head) -> Framing {
        self.unanswered.push_back(head.method.clone());
        head.request_framing()
    }

    fn on_response(&mut self, head: &head::Head) -> Framing {
        let framing =
            head.response_framing(self.unanswered.front().map(String::as_str));
        // After an interim answer the final one is still to come.
        if head.status >= 200 || framing == Framing::Frames {
            self.unanswered.pop_front();
        }
        framing
    }

    /// Decodes what the client sent after a request to upgrade, now that it is known
    /// what it is.
    fn answer_upgrade(&mut self, answer: Framing, out: &mut Vec<Noted>) {
        let next = match answer {
            Framing::Frames => Framing::Frames,
            _ => Framing::Nothing,
        };
        if let Some((span, held)) = self.client.release(next) {
            self.feed(Side::Client, span, &held, out);
        }
    }
}
