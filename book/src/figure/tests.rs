//! The figure of a transcript written by hand: every kind of entry.

use wiretap::{Content, Field, Form};

use super::*;

fn entry(part: Part, from: Side, sent_ms: u64, arrived_ms: Option<u64>) -> Entry {
    Entry {
        connection: 1,
        from,
        sent_us: sent_ms * 1000,
        arrived_us: arrived_ms.map(|ms| ms * 1000),
        part,
        label: String::new(),
        length: 0,
        fields: Vec::new(),
        content: Content::empty(),
    }
}

fn with_bytes(entry: Entry, label: &str, bytes: &[u8]) -> Entry {
    Entry {
        label: label.to_owned(),
        length: bytes.len() as u64,
        content: Content::of(bytes),
        ..entry
    }
}

fn labelled(entry: Entry, label: &str) -> Entry {
    Entry {
        label: label.to_owned(),
        ..entry
    }
}

/// Every part there is, in one conversation.
fn fixture() -> Transcript {
    use Side::{Client, Server};
    let frame = Entry {
        fields: vec![Field {
            name: "opcode".to_owned(),
            value: "0x1 (text)".to_owned(),
        }],
        ..entry(Part::Frame, Server, 150, Some(200))
    };
    Transcript {
        title: "a <poll> & more".to_owned(),
        names: Names::default(),
        dropped: 0,
        entries: vec![
            labelled(entry(Part::Open, Client, 0, Some(100)), "opens"),
            with_bytes(
                entry(Part::RequestHead, Client, 100, Some(150)),
                "GET /<x> HTTP/1.1",
                b"GET /<x> HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            with_bytes(
                entry(Part::ResponseHead, Server, 150, Some(200)),
                "HTTP/1.1 200 OK",
                b"HTTP/1.1 200 OK\r\n\r\n",
            ),
            with_bytes(
                entry(Part::Body, Server, 150, Some(200)),
                "body",
                &[b'a'; 2000],
            ),
            with_bytes(
                entry(Part::Chunk, Server, 150, Some(200)),
                "chunk",
                b"1\r\na\r\n",
            ),
            with_bytes(frame, "frame", &[0x81, 0x01, 0x61]),
            with_bytes(entry(Part::Bytes, Client, 200, None), "bytes", &[0, 1]),
            labelled(entry(Part::Published, Server, 1_400, None), "7"),
            labelled(entry(Part::Delivered, Client, 1_450, None), "7"),
            labelled(entry(Part::Note, Client, 1_500, None), "a remark"),
            labelled(entry(Part::End, Client, 1_500, Some(1_550)), "ends"),
            labelled(entry(Part::Reset, Server, 1_550, Some(1_600)), "reset"),
        ],
    }
}

/// The opening and closing tags, which must balance.
fn assert_balanced(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in html.split('<').skip(1) {
        let name = tag
            .split([' ', '>'])
            .next()
            .expect("a split has a first part");
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "in {html}"),
            None => open.push(name),
        }
    }
    assert_eq!(open, [] as [&str; 0], "in {html}");
}

#[test]
fn every_part_is_drawn_without_a_blank_line() {
    let html = figure(&fixture());
    assert_balanced(&html);
    assert!(!html.contains("\n\n"), "{html}");
    assert!(!html.contains("<code"), "mdBook would highlight it: {html}");
    assert!(html.contains("<figcaption>a &lt;poll&gt; &amp; more</figcaption>"));
    assert!(html.contains("GET /&lt;x&gt; HTTP/1.1"));
    assert_eq!(html.matches("data-sent-us=").count(), 12);
}

#[test]
fn an_end_is_called_by_its_name() {
    let mut transcript = fixture();
    let html = figure(&transcript);
    assert!(
        html.contains("<span>client</span><span>server</span>"),
        "{html}"
    );
    assert!(html.contains(">server sends at <"), "{html}");
    transcript.names.server = Some("proxy & co".to_owned());
    let html = figure(&transcript);
    let ends = "<span>client</span><span>proxy &amp; co</span>";
    assert!(html.contains(ends), "{html}");
    assert!(html.contains(">proxy &amp; co sends at <"), "{html}");
    assert!(!html.contains(">server"), "{html}");
}

/// A chunk that takes two seconds, and what happens meanwhile and after it.
#[test]
fn what_is_long_under_way_arrives_below_what_happens_meanwhile() {
    let chunk = entry(Part::Chunk, Side::Server, 100, Some(2_100));
    let transcript = Transcript {
        title: String::new(),
        names: Names::default(),
        dropped: 0,
        entries: vec![
            with_bytes(chunk, "chunk", b"1\r\na\r\n"),
            labelled(entry(Part::Note, Side::Client, 1_000, None), "meanwhile"),
            labelled(
                entry(Part::End, Side::Server, 2_080, Some(2_130)),
                "the end",
            ),
            labelled(entry(Part::Delivered, Side::Client, 2_100, None), "1"),
        ],
    };
    let html = figure(&transcript);
    assert_balanced(&html);
    let places = [
        "wire-late",
        "meanwhile",
        "wire-rest",
        "the end",
        "event 1 delivered",
    ]
    .map(|words| html.find(words).expect(words));
    assert!(places.is_sorted(), "{html}");
    assert!(html.contains("has arrived, 2,000\u{a0}ms after it was begun"));

    let quick = Transcript {
        entries: transcript.entries[..1].to_vec(),
        ..transcript
    };
    assert!(
        !figure(&quick).contains("wire-late"),
        "nothing comes between"
    );
}

#[test]
fn an_entry_alone_is_what_the_figure_holds() {
    let transcript = fixture();
    let whole = figure(&transcript);
    for one in &transcript.entries {
        let html = super::entry(one);
        assert_balanced(&html);
        assert!(
            html.starts_with("<li ") && html.ends_with("</li>\n"),
            "{html}"
        );
        assert!(whole.contains(&html), "{html}");
    }
}

#[test]
fn an_arrow_is_flat_where_no_time_passes() {
    let slanted = super::entry(&entry(Part::End, Side::Client, 1, Some(2)));
    assert!(!slanted.contains("wire-flat"), "{slanted}");
    assert!(
        slanted.contains("it arrives at </span>2\u{a0}ms"),
        "{slanted}"
    );
    for arrived in [None, Some(1)] {
        let flat = super::entry(&entry(Part::End, Side::Client, 1, arrived));
        assert!(flat.contains("wire-flat"), "{flat}");
        assert!(!flat.contains("wire-arrived"), "{flat}");
    }
}

#[test]
fn the_longer_an_arrow_is_under_way_the_further_it_falls() {
    let falls = [0, 10_000, 50_000, 500_000, 30_000_000].map(fall);
    assert!(falls.is_sorted(), "{falls:?}");
    assert!(falls[2] > falls[1] && falls[4] > falls[3], "{falls:?}");
    let html = super::entry(&entry(Part::End, Side::Client, 0, Some(50)));
    assert!(html.contains("style=\"--fall:1.8rem\""), "{html}");
}

#[test]
fn a_long_silence_is_marked_and_a_short_one_is_not() {
    let html = figure(&fixture());
    let pause = "<li class=\"wire-pause\"><span>1,200\u{a0}ms pass</span></li>";
    assert_eq!(html.matches("wire-pause").count(), 1);
    assert!(html.contains(pause), "{html}");
}

#[test]
fn binary_is_hex_and_a_long_body_says_what_it_omits() {
    let html = figure(&fixture());
    assert!(html.contains("<pre class=\"wire-hex\" tabindex=\"0\">"));
    assert!(html.contains("<span class=\"wire-line\">81 01 61</span>"));
    assert!(html.contains("… 1,424\u{a0}bytes not shown …"), "{html}");
    assert!(html.contains("<dt>opcode</dt><dd>0x1 (text)</dd>"));
    assert_eq!(fixture().entries[5].content.form, Form::Hex);
}

#[test]
fn entries_that_were_dropped_are_counted() {
    let transcript = Transcript {
        dropped: 3,
        ..fixture()
    };
    assert!(figure(&transcript).contains("3 earlier entries are not kept"));
}
