//! The sequence figure: a transcript as HTML, with the client's lifeline on the left, the
//! server's on the right, and time running down.
//!
//! It is text: it can be selected, searched, read aloud, printed and themed, and it needs
//! no script. The bytes of a message are in a `<details>`, so that a tap or the keyboard
//! opens them. Each entry carries its times as data attributes, from which the lab replays
//! it. There is no blank line in it: in Markdown that would end the HTML.

mod content;
mod late;
mod units;

use wiretap::{Entry, Names, Part, Side, Transcript};

use crate::html::Escaped;
use units::{Count, Millis};

/// A time without anything passing that is worth a mark, in microseconds.
const PAUSE_US: u64 = 200_000;

/// Draws a whole transcript.
pub(crate) fn figure(transcript: &Transcript) -> String {
    let mut out = format!(
        "<figure class=\"wire\"><figcaption>{}</figcaption>\
         <div class=\"wire-ends\" aria-hidden=\"true\"><span>{}</span>\
         <span>{}</span></div><ol class=\"wire-entries\" role=\"list\">\n",
        Escaped(&transcript.title),
        Escaped(transcript.names.of(Side::Client)),
        Escaped(transcript.names.of(Side::Server)),
    );
    if transcript.dropped > 0 {
        let dropped = transcript.dropped;
        out += &format!(
            "<li class=\"wire-note\"><span>{dropped} earlier entries are not kept</span>\
             </li>\n"
        );
    }
    let mut last_us = None;
    let mut under_way = Vec::new();
    for (index, entry) in transcript.entries.iter().enumerate() {
        out += &late::arrived(Some(entry), &mut under_way);
        if let Some(passed) = last_us.and_then(|last| entry.sent_us.checked_sub(last))
            && passed >= PAUSE_US
        {
            let passed = Millis(passed);
            out +=
                &format!("<li class=\"wire-pause\"><span>{passed} pass</span></li>\n");
        }
        let seen_us = entry.arrived_us.unwrap_or(entry.sent_us);
        last_us = last_us.max(Some(seen_us));
        let is_late = late::is_late(entry, &transcript.entries[index + 1..]);
        if is_late {
            under_way.push(entry);
        }
        out += &drawn(entry, &transcript.names, is_late);
    }
    out += &late::arrived(None, &mut under_way);
    out += "</ol></figure>\n";
    out
}

/// Draws one entry: an `<li>` that fits into the figure's list.
pub(crate) fn entry(entry: &Entry) -> String {
    drawn(entry, &Names::default(), false)
}

/// Draws one entry, or of one that `is_late` only how it leaves.
fn drawn(entry: &Entry, names: &Names, is_late: bool) -> String {
    let kind = Kind::of(entry);
    let from = side(entry.from);
    let mut out = format!(
        "<li class=\"wire-{kind} wire-from-{from}{way}\" data-part=\"{part}\" \
         data-from=\"{from}\" data-connection=\"{connection}\" data-length=\"{length}\" \
         data-sent-us=\"{sent}\"",
        kind = kind.class(),
        way = match takes_time(entry) {
            true if is_late => " wire-late",
            true => "",
            false => " wire-flat",
        },
        part = part(entry.part),
        connection = entry.connection,
        length = entry.length,
        sent = entry.sent_us,
    );
    if let Some(arrived) = entry.arrived_us {
        let fall = fall(arrived.saturating_sub(entry.sent_us));
        out += &format!(" data-arrived-us=\"{arrived}\" style=\"--fall:{fall:.1}rem\"");
    }
    out += ">";
    out += &match kind {
        Kind::Message if has_bytes(entry) => message(entry, names),
        Kind::Message | Kind::Signal => row(entry, names, &label(entry)),
        Kind::Event => event(entry),
        Kind::Note => format!(
            "<span>{}: {}</span>",
            Millis(entry.sent_us),
            Escaped(&entry.label)
        ),
    };
    out += "</li>\n";
    out
}

/// The four ways in which an entry is drawn.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Bytes on the wire.
    Message,
    /// What the transport does: a connection opens, ends, breaks.
    Signal,
    /// A mark on one lifeline.
    Event,
    Note,
}

impl Kind {
    fn of(entry: &Entry) -> Self {
        match entry.part {
            Part::RequestHead
            | Part::ResponseHead
            | Part::Body
            | Part::Chunk
            | Part::Frame
            | Part::Bytes => Self::Message,
            Part::Open | Part::End | Part::Reset => Self::Signal,
            Part::Published | Part::Delivered => Self::Event,
            Part::Note => Self::Note,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Signal => "signal",
            Self::Event => "event",
            Self::Note => "note",
        }
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// The part as its JSON writes it: `request-head`.
fn part(part: Part) -> &'static str {
    match part {
        Part::Open => "open",
        Part::RequestHead => "request-head",
        Part::ResponseHead => "response-head",
        Part::Body => "body",
        Part::Chunk => "chunk",
        Part::Frame => "frame",
        Part::Bytes => "bytes",
        Part::End => "end",
        Part::Reset => "reset",
        Part::Published => "published",
        Part::Delivered => "delivered",
        Part::Note => "note",
    }
}

fn takes_time(entry: &Entry) -> bool {
    entry
        .arrived_us
        .is_some_and(|arrived| arrived > entry.sent_us)
}

/// How far an arrow falls on its way, in CSS rem: by the logarithm of the time, because one
/// figure may hold a millisecond and a minute.
#[expect(clippy::cast_precision_loss, reason = "a drawing needs two digits")]
fn fall(us: u64) -> f64 {
    let ms = us as f64 / 1000.0;
    (0.4 + 0.8 * ms.max(1.0).log10()).clamp(1.2, 4.4)
}

fn has_bytes(entry: &Entry) -> bool {
    !entry.content.lines.is_empty() || !entry.fields.is_empty()
}

/// A message that opens to show its bytes.
fn message(entry: &Entry, names: &Names) -> String {
    format!(
        "<details><summary data-peek=\"{}\">{}</summary>{}</details>",
        Escaped(&content::peek(&entry.content))
            .to_string()
            .replace('\n', "&#10;"),
        row(entry, names, &label(entry)),
        content::bytes(entry),
    )
}

/// The times at both lifelines, and the arrow between with its label.
fn row(entry: &Entry, names: &Names, label: &str) -> String {
    let mut out = format!(
        "<span class=\"wire-row\"><span class=\"wire-sent\">\
         <span class=\"wire-spoken\">{} sends at </span>{}</span>\
         <span class=\"wire-label\">{label}</span>\
         <span class=\"wire-arrow\" aria-hidden=\"true\"></span>",
        Escaped(names.of(entry.from)),
        Millis(entry.sent_us),
    );
    if let Some(arrived) = entry.arrived_us.filter(|_| takes_time(entry)) {
        out += &format!(
            "<span class=\"wire-arrived\"><span class=\"wire-spoken\">it arrives at \
             </span>{}</span>",
            Millis(arrived)
        );
    }
    out += "</span>";
    out
}

fn label(entry: &Entry) -> String {
    let mut out = connection(entry);
    out += &format!("<span class=\"wire-what\">{}</span>", Escaped(&entry.label));
    if entry.length > 0 {
        out += &format!(
            " <span class=\"wire-length\">{}</span>",
            Count(entry.length)
        );
    }
    out
}

fn connection(entry: &Entry) -> String {
    match entry.connection {
        0 => String::new(),
        n => format!(
            "<span class=\"wire-connection\"><span class=\"wire-spoken\">connection \
             </span>{n}</span> "
        ),
    }
}

fn event(entry: &Entry) -> String {
    let happened = match entry.part {
        Part::Published => "published",
        _ => "delivered",
    };
    format!(
        "<span class=\"wire-row\"><span class=\"wire-sent\">{}</span>\
         <span class=\"wire-label\">{}<span class=\"wire-what\">event {} {happened}</span>\
         </span></span>",
        Millis(entry.sent_us),
        connection(entry),
        Escaped(&entry.label),
    )
}

#[cfg(test)]
mod tests;
