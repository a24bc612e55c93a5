//! A stream is cut into reads in every way, and must become the same lines each time.

use wiretap::escape;
use wiretap::verdict::{self, Rule};

use crate::subject::e2_lines::Lines;

const CRLF: Rule = Rule::new(
    "HTML §9.2.5",
    "CR LF is one line end, also when one read ends after the CR and the next begins with \
     the LF.",
);
const AT_ONCE: Rule = Rule::new(
    "HTML §9.2.6",
    "A CR ends its line at once: whether an LF follows is known only when something \
     follows.",
);
const MARK: Rule = Rule::new(
    "HTML §9.2.5",
    "One byte order mark at the very beginning is stripped, and no other.",
);

/// What each read gave.
fn lines_of<'a>(reads: impl IntoIterator<Item = &'a [u8]>) -> Vec<Vec<String>> {
    let mut lines = Lines::new();
    reads.into_iter().map(|read| lines.push(read)).collect()
}

/// Reads as they are shown in a message.
fn shown(reads: &[&[u8]]) -> String {
    let reads: Vec<String> = reads
        .iter()
        .map(|read| format!("`{}`", escape(read)))
        .collect();
    reads.join(" and ")
}

#[test]
fn a_crlf_in_two_reads_is_one_line_end() {
    let reads: [&[u8]; 2] = [b"data: a\r", b"\ndata: b\r\n\r\n"];
    let yours = lines_of(reads);
    if yours[0].is_empty() {
        let why = format!(
            "The read {} brought a whole line, and it was kept back. When the next read \
             comes an hour later, the line is an hour late.",
            shown(&reads[..1])
        );
        verdict::fail(AT_ONCE, why);
    }
    let yours = yours.concat();
    let all: Vec<&str> = yours.iter().map(String::as_str).collect();
    if all == ["data: a", "", "data: b", ""] {
        let why = format!(
            "The reads {} became a blank line too many, and a blank line ends a message: \
             its two lines arrive as two messages.",
            shown(&reads)
        );
        verdict::fail(CRLF, why);
    }
    verdict::equal(CRLF, ["data: a", "data: b", ""].as_slice(), all);
    // A second CR is a second line end, and so is an LF after something else.
    let reads: [&[u8]; 4] = [b"a\r", b"\r", b"\n", b"\nb\n"];
    let yours = lines_of(reads).concat();
    let why = "After CR and CR LF comes an LF of its own: it ends an empty line.";
    verdict::mistake(CRLF, ["a", "", "b"].as_slice(), &yours[..], why);
    verdict::equal(CRLF, ["a", "", "", "b"].as_slice(), yours);
}

#[test]
fn a_byte_order_mark_is_stripped_wherever_the_reads_end() {
    let stream = b"\xef\xbb\xbfdata: a\n";
    for cut in 1..stream.len() {
        let (left, right) = stream.split_at(cut);
        let yours = lines_of([left, right]).concat();
        if yours != ["data: a"] {
            let why = format!(
                "The reads {} became {yours:?}: nobody knows a field of that name.",
                shown(&[left, right])
            );
            verdict::fail(MARK, why);
        }
    }
    // Nowhere else.
    for (reads, expected) in [
        (
            [&b"\xef\xbb\xbf"[..], b"\xef\xbb\xbfa\n"],
            ["\u{feff}a"].as_slice(),
        ),
        ([b"a\n", b"\xef\xbb\xbfb\n"], &["a", "\u{feff}b"]),
        ([b"data: ", b"\xef\xbb\xbfb\n"], &["data: \u{feff}b"]),
        ([b"\r", b"\xef\xbb\xbfb\n"], &["", "\u{feff}b"]),
        ([b"\xef\xbb", b"\n"], &["\u{fffd}"]),
    ] {
        let yours = lines_of(reads).concat();
        if yours != expected {
            let why = format!(
                "Of the reads {} come {expected:?}. You make {yours:?}.",
                shown(&reads)
            );
            verdict::fail(MARK, why);
        }
    }
}

#[test]
fn the_cuts_of_the_network_do_not_matter() {
    let stream =
        b"\xef\xbb\xbfid: 1\r\ndata: f\xc3\xbcr\rdata: b\n\r\n\r\r\ndata: c\n\n";
    let expected = ["id: 1", "data: für", "data: b", "", "", "", "data: c", ""];
    let mut ways: Vec<Vec<&[u8]>> = (0..=stream.len())
        .map(|cut| vec![&stream[..cut], &stream[cut..]])
        .collect();
    ways.extend([1, 2, 3, 5].map(|size| stream.chunks(size).collect()));
    for reads in ways {
        let yours = lines_of(reads.iter().copied()).concat();
        if yours != expected {
            let why = format!(
                "Of the reads {} come {expected:?}.\nYou make {yours:?}.",
                shown(&reads)
            );
            verdict::fail(CRLF, why);
        }
    }
}
