//! The decoder's frames: their fields, their borders, and what a Close says.

mod conversation;

use conversation::{SWITCHING, UPGRADE, record};
use wiretap::{Entry, Part, Side, Transcript};

fn frames(transcript: &Transcript, from: Side) -> Vec<&Entry> {
    let entries = transcript.entries.iter();
    entries
        .filter(|e| e.part == Part::Frame && e.from == from)
        .collect()
}

#[test]
fn rfc6455_5_7_frames_have_their_fields_named() {
    let masked_hello = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    let client = [UPGRADE, &masked_hello].concat();
    let server = [
        SWITCHING,
        &[0x01, 0x03],
        b"Hel",
        &[0x80, 0x02],
        b"lo",
        &[0x89, 0x00],
    ]
    .concat();
    let whole = record(&client, &server, 1000);
    let sent = frames(&whole, Side::Client);
    let named: Vec<(&str, &str)> = sent[0]
        .fields
        .iter()
        .map(|f| (f.name.as_str(), f.value.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("FIN", "1"),
            ("RSV1-3", "000"),
            ("opcode", "1 (text)"),
            ("MASK", "1"),
            ("Payload len", "5"),
            ("Masking-key", "37 fa 21 3d"),
            ("Payload", "Hello"),
        ]
    );
    assert_eq!(sent[0].content.lines, ["81 85 37 fa 21 3d 7f 9f 4d 51 58"]);
    let labels: Vec<&str> = frames(&whole, Side::Server)
        .iter()
        .map(|e| e.label.as_str())
        .collect();
    assert_eq!(labels, ["text frame", "continuation frame", "ping frame"]);
    for size in 1..40 {
        assert_eq!(
            record(&client, &server, size),
            whole,
            "in pieces of {size} bytes"
        );
    }
}

/// The name of a field and its value.
type Said<'a> = (&'a str, &'a str);

/// What is said of a frame's payload, beginning with `Payload`.
fn said(frame: &Entry) -> Vec<Said<'_>> {
    let fields = frame.fields.iter();
    let fields = fields.map(|f| (f.name.as_str(), f.value.as_str()));
    let of_header = |(name, _): &(&str, &str)| *name != "Payload";
    fields.skip_while(of_header).collect()
}

#[test]
fn rfc6455_5_5_1_a_close_is_named_by_its_code_and_reason() {
    let bye = ("Payload", "03 e9 62 79 65");
    let closes: [(&[u8], &[Said]); 8] = [
        (
            b"\x88\x05\x03\xe9bye",
            &[bye, ("Close code", "1001"), ("Close reason", "bye")],
        ),
        // The mask is taken off first.
        (
            b"\x88\x85\x01\x02\x03\x04\x02\xeb\x61\x7d\x64",
            &[bye, ("Close code", "1001"), ("Close reason", "bye")],
        ),
        (
            b"\x88\x02\x13\x87",
            &[("Payload", "13 87"), ("Close code", "4999")],
        ),
        (b"\x88\x00", &[]),
        (b"\x88\x01\x03", &[("Payload", "03")]),
        (
            b"\x88\x04\x03\xea\xff\n",
            &[
                ("Payload", "03 ea ff 0a"),
                ("Close code", "1002"),
                ("Close reason", "\\xff\\n"),
            ],
        ),
        // Neither of these two is a Close that says anything.
        (b"\x08\x02HT", &[("Payload", "HT")]),
        (b"\xc8\x02HT", &[("Payload", "HT")]),
    ];
    for (bytes, expected) in closes {
        let transcript = record(UPGRADE, &[SWITCHING, bytes].concat(), 1000);
        let close = frames(&transcript, Side::Server)[0];
        assert_eq!(said(close), expected, "{}", bytes.escape_ascii());
    }
    // In the text form, as far as it has come.
    let cut_off = [SWITCHING, b"\x88\x05\x03\xe9b"].concat();
    let text = record(UPGRADE, &cut_off, 1).to_string();
    let lines =
        "    Payload      03 e9 62\n    Close code   1001\n    Close reason b\n";
    assert!(text.contains(lines), "{text}");
}

#[test]
fn frames_of_all_three_length_forms_are_followed() {
    for length in [0, 125, 126, 127, 65_535, 65_536] {
        let mut frame = vec![0x82];
        match length {
            0..=125 => frame.push(length as u8),
            126..=65_535 => frame.extend([126, (length >> 8) as u8, length as u8]),
            _ => frame.extend([127, 0, 0, 0, 0, 0, 1, 0, 0]),
        }
        frame.extend(vec![0xff; length]);
        let server = [SWITCHING, &frame, &[0x8a, 0x00]].concat();
        let transcript = record(UPGRADE, &server, 1000);
        let lengths: Vec<u64> = frames(&transcript, Side::Server)
            .iter()
            .map(|e| e.length)
            .collect();
        assert_eq!(
            lengths,
            [frame.len() as u64, 2],
            "payload of {length} bytes"
        );
    }
}
