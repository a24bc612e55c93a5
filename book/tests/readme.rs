//! README's picture is drawn from a recorded transcript: it shows what was on the wire.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use wiretap::{Entry, Part, Side, Transcript};

/// What is drawn.
const TRANSCRIPT: &str =
    "chapters/02-short-polling/tests/snapshots/ledger__a_kept_poll.snap";
/// Where the picture is.
const PICTURE: &str = "book/picture.svg";

const WIDTH: u32 = 820;
const CLIENT: u32 = 110;
const SERVER: u32 = 710;
const TOP: u32 = 64;
/// From one arrow to the next, and how far an arrow falls.
const ROW: u32 = 64;
const FALL: u32 = 20;

const STYLE: &str = "\
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328}\
.name{font-weight:600}.time{fill:#59636e;font-size:12px}.dim{fill:#59636e}\
line{stroke:#818b98;stroke-width:1.5}.c{stroke:#0969da}.s{stroke:#1a7f37}\
.event{fill:#bc4c00}.head-c{fill:#0969da}.head-s{fill:#1a7f37}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.time,.dim{fill:#9198a1}\
line{stroke:#59636e}.c{stroke:#4493f8}.s{stroke:#3fb950}.event{fill:#f0883e}\
.head-c{fill:#4493f8}.head-s{fill:#3fb950}}";

fn root() -> PathBuf {
    let book = Path::new(env!("CARGO_MANIFEST_DIR"));
    book.parent()
        .expect("the book is in the workspace")
        .to_path_buf()
}

fn transcript() -> Transcript {
    let text = fs::read_to_string(root().join(TRANSCRIPT)).expect("it is recorded");
    let json = text
        .splitn(3, "---\n")
        .nth(2)
        .expect("a header and a content");
    Transcript::from_json(json).expect("a transcript")
}

#[test]
fn the_picture_is_the_transcript() {
    let drawn = draw(&transcript());
    let path = root().join(PICTURE);
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        fs::write(&path, &drawn).expect("it is written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept.replace("\r\n", "\n") == drawn,
        "{PICTURE} is not what {TRANSCRIPT} says\n\
         draw it anew: INSTA_UPDATE=always cargo test -p book --test readme"
    );
}

#[test]
fn readme_shows_the_picture_and_the_three_commands() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is one");
    for wanted in [
        PICTURE,
        "\ncargo run  ",
        "\ncargo run --example ch02-short-polling",
        "\ncargo test -p ex00-wiretap",
        &format!("has waited for {} ms", waited_ms(&transcript())),
    ] {
        assert!(readme.contains(wanted), "README.md lacks {wanted:?}");
    }
}

/// From the publishing to the delivery of the one event.
fn waited_ms(transcript: &Transcript) -> u64 {
    let at = |part| {
        let entry = transcript.entries.iter().find(|entry| entry.part == part);
        entry.expect("it happens").sent_us / 1000
    };
    at(Part::Delivered) - at(Part::Published)
}

/// A sequence figure: time runs down, one arrow per message, a dot per event.
fn draw(transcript: &Transcript) -> String {
    let mut rows = String::new();
    let mut y = TOP;
    let mut entries = transcript.entries.iter().peekable();
    while let Some(entry) = entries.next() {
        let body = entries.next_if(|next| next.part == Part::Body);
        match entry.part {
            Part::Published | Part::Delivered => dot(&mut rows, y, entry),
            _ => arrow(&mut rows, y, entry, body),
        }
        y += if entry.length > 0 { ROW } else { ROW - 16 };
    }
    let (height, title) = (y + 8, escaped(&transcript.title));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
         {}{}{rows}</svg>\n",
        lifeline(CLIENT, height, "client"),
        lifeline(SERVER, height, "server"),
    )
}

fn lifeline(x: u32, height: u32, name: &str) -> String {
    format!(
        "<text class=\"name\" x=\"{x}\" y=\"24\" text-anchor=\"middle\">{name}</text>\n\
         <line x1=\"{x}\" y1=\"36\" x2=\"{x}\" y2=\"{height}\"/>\n"
    )
}

fn arrow(out: &mut String, y: u32, entry: &Entry, body: Option<&Entry>) {
    let (from, to, class) = match entry.from {
        Side::Client => (CLIENT, SERVER, "c"),
        Side::Server => (SERVER, CLIENT, "s"),
    };
    let end = y + FALL;
    // The head of the arrow, seven wide, points to where it arrives.
    let back = if to > from { to - 9 } else { to + 9 };
    writeln!(
        out,
        "<line class=\"{class}\" x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{end}\"/>\n\
         <path class=\"head-{class}\" d=\"M{to} {end}L{back} {}L{back} {}z\"/>",
        end - 5,
        end + 4,
    )
    .expect("a String");
    time(out, from, y, entry.sent_us);
    if let Some(arrived) = entry.arrived_us {
        time(out, to, end, arrived);
    }
    let size = match entry.length {
        0 => String::new(),
        n => format!("<tspan class=\"dim\">  {n} bytes</tspan>"),
    };
    let middle = CLIENT.midpoint(SERVER);
    text(
        out,
        middle,
        y - 3,
        &format!("{}{size}", escaped(&entry.label)),
    );
    if let Some(body) = body {
        let content = escaped(&body.content.lines.concat());
        let size = format!("<tspan class=\"dim\">  {} bytes</tspan>", body.length);
        text(out, middle, y + FALL + 14, &format!("{content}{size}"));
    }
}

fn dot(out: &mut String, y: u32, entry: &Entry) {
    let (x, what) = match entry.part {
        Part::Published => (SERVER, "is published"),
        _ => (CLIENT, "is delivered"),
    };
    let (dx, anchor) = if x == SERVER {
        (x - 14, "end")
    } else {
        (x + 14, "start")
    };
    let label = escaped(&entry.label);
    writeln!(
        out,
        "<circle class=\"event\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>\n\
         <text class=\"event\" x=\"{dx}\" y=\"{}\" text-anchor=\"{anchor}\">\
         event {label} {what}</text>",
        y + 5,
    )
    .expect("a String");
    time(out, x, y, entry.sent_us);
}

/// A time, on the outer side of a lifeline.
fn time(out: &mut String, x: u32, y: u32, us: u64) {
    let (x, anchor) = if x == CLIENT {
        (x - 10, "end")
    } else {
        (x + 10, "start")
    };
    writeln!(
        out,
        "<text class=\"time\" x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{} ms</text>",
        y + 4,
        us / 1000,
    )
    .expect("a String");
}

fn text(out: &mut String, x: u32, y: u32, content: &str) {
    writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{content}</text>"
    )
    .expect("a String");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
