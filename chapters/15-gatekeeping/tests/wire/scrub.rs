//! What is random in a transcript, replaced by something of the same length: a ticket, a
//! session, today.

use wiretap::{Content, Entry, Form, Transcript};

/// How many bytes stand in a row of hex.
const ROW: usize = 16;

/// RFC 9110's own day (§5.6.7).
const DAY: &str = r"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

/// Replaces each secret by what is shown for it, everywhere: also where it is masked.
pub(crate) fn scrub(
    mut transcript: Transcript,
    secrets: &[(&str, &str)],
) -> Transcript {
    for (secret, shown) in secrets {
        assert_eq!(secret.len(), shown.len(), "{shown}");
    }
    let replaced = |text: &mut String| {
        for (secret, shown) in secrets {
            *text = text.replace(secret, shown);
        }
    };
    for entry in &mut transcript.entries {
        replaced(&mut entry.label);
        entry
            .fields
            .iter_mut()
            .for_each(|field| replaced(&mut field.value));
        if entry.content.form == Form::Hex {
            scrub_hex(entry, secrets);
        }
        for line in &mut entry.content.lines {
            replaced(line);
            if line.starts_with("date: ") {
                DAY.clone_into(line);
            }
        }
    }
    let json = transcript.to_json();
    for (secret, _) in secrets {
        assert!(!json.contains(secret), "it is still there");
    }
    transcript
}

fn scrub_hex(entry: &mut Entry, secrets: &[(&str, &str)]) {
    let Content { lines, omitted, .. } = &mut entry.content;
    assert_eq!(*omitted, 0, "all of it is shown");
    let hex = |text: &str| -> Vec<u8> {
        let bytes = text.split_whitespace();
        bytes
            .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
            .collect()
    };
    let mut bytes: Vec<u8> = lines.iter().flat_map(|row| hex(row)).collect();
    let key = entry
        .fields
        .iter()
        .find(|field| field.name == "Masking-key");
    let key = key.map_or(vec![0; 4], |field| hex(&field.value));
    let length = entry
        .fields
        .iter()
        .find(|field| field.name == "Payload len");
    let length: usize = length.expect("a frame").value.parse().expect("a number");
    let start = bytes.len() - length;
    let mask = |payload: &mut [u8]| {
        for (byte, key) in payload.iter_mut().zip(key.iter().cycle()) {
            *byte ^= key;
        }
    };
    mask(&mut bytes[start..]);
    for (secret, shown) in secrets {
        let found = bytes
            .windows(secret.len())
            .position(|it| it == secret.as_bytes());
        if let Some(at) = found {
            bytes[at..at + shown.len()].copy_from_slice(shown.as_bytes());
        }
    }
    mask(&mut bytes[start..]);
    let row = |row: &[u8]| {
        let bytes: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        bytes.join(" ")
    };
    *lines = bytes.chunks(ROW).map(row).collect();
}
