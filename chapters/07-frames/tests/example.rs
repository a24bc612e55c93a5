//! The inspector: what the page shows of it, and what it says to any bytes.

#[path = "../examples/ch07-frames/describe.rs"]
mod describe;
#[path = "../examples/ch07-frames/hex.rs"]
mod hex;

use describe::describe;
use frames::inspect;
use proptest::prelude::*;

/// Records what the command prints for these bytes.
fn record(name: &str, typed: &str) {
    let bytes = hex::parse(typed).expect("it is hex");
    insta::with_settings!({
        description => format!("cargo run --example ch07-frames -- inspect {typed}"),
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, describe(&bytes));
    });
}

#[test]
fn a_masked_frame() {
    record("inspect_hello", "81 85 37 fa 21 3d 7f 9f 4d 51 58");
}

#[test]
fn a_length_in_too_many_bytes() {
    record("inspect_not_shortest", "82 7e 00 05 48 65 6c 6c 6f");
}

#[test]
fn hex_is_read_with_and_without_blanks() {
    assert_eq!(hex::parse("81 05\n"), Ok(vec![0x81, 0x05]));
    assert_eq!(hex::parse("8105"), Ok(vec![0x81, 0x05]));
    assert!(hex::parse("810").is_err());
    assert!(hex::parse("8g").is_err());
}

#[test]
fn several_frames_are_shown_one_by_one() {
    let text = describe(b"\x01\x03Hel\x80\x02lo\x89");
    assert_eq!(text.matches("opcode").count(), 3, "{text}");
    assert!(
        text.contains("at least 1 more byte belongs to it"),
        "{text}"
    );
}

proptest! {
    /// The fields follow each other without a gap, and the inspector always goes on.
    #[test]
    fn the_fields_cover_all_bits(
        second in prop_oneof![any::<u8>(), Just(126), Just(254), Just(127), Just(255)],
        rest: Vec<u8>,
    ) {
        let bytes = [vec![0x82, second], rest].concat();
        let inspection = inspect(&bytes);
        let mut at = 0;
        for field in &inspection.fields {
            prop_assert_eq!(field.bits.start, at, "{:?}", field);
            at = field.bits.end;
        }
        prop_assert_eq!(at, 8 * inspection.length);
        let (header, _) = match frames::Header::decode(&bytes) {
            Ok(Some(read)) => read,
            Ok(None) | Err(_) => return Ok(()),
        };
        let whole = inspection.missing == 0;
        prop_assert_eq!(whole, inspection.payload.len() as u64 == header.payload_length);
    }
}
