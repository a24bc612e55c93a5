//! The messages of `verdict`, one golden file each: what a learner reads is a design, and
//! a change to it shows up in review.

// In a folder of its own: a `snapshots` folder here is for what the pages show.
#[path = "golden/recorded.rs"]
mod recorded;

use std::panic::{AssertUnwindSafe, catch_unwind};

use wiretap::verdict::{self, Rule};

const LINE_END: Rule = Rule::new("RFC 9112 §2.2", "Each line of a head ends in CR LF.");
const FRAME: Rule = Rule::new("RFC 6455 §5.1", "A client masks each frame it sends.");
const COUNT: Rule = Rule::new("chapter 0", "Count each byte of the head.");

/// The message with which `check` fails, without colour.
fn message(check: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(check)).expect_err("the check fails");
    let message = match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(other) => other.downcast::<&str>().expect("a message").to_string(),
    };
    anstream::adapter::strip_str(&message).to_string()
}

/// Compares the message of `check` with the golden file `name`.
#[track_caller]
fn golden(name: &str, check: impl FnOnce()) {
    let message = message(check);
    insta::with_settings!(
        { snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true },
        { insta::assert_snapshot!(name, message) }
    );
}

const REQUEST: &[u8] =
    b"GET /board HTTP/1.1\r\nHost: example.org\r\nContent-Length: 5\r\n\r\nhello";

#[test]
fn a_missing_carriage_return_in_the_request_line() {
    let got = b"GET /board HTTP/1.1\nHost: example.org\nContent-Length: 5\n\nhello";
    golden("line_end", || verdict::bytes(LINE_END, REQUEST, got));
}

#[test]
fn a_wrong_value_names_its_field() {
    let got =
        b"GET /board HTTP/1.1\r\nHost: example.org\r\nContent-Length: 6\r\n\r\nhello";
    golden("field_value", || verdict::bytes(LINE_END, REQUEST, got));
}

#[test]
fn a_missing_empty_line() {
    let got = b"GET /board HTTP/1.1\r\nHost: example.org\r\nContent-Length: 5\r\nhello";
    golden("empty_line", || verdict::bytes(LINE_END, REQUEST, got));
}

#[test]
fn a_body_cut_short() {
    let got = &REQUEST[..REQUEST.len() - 1];
    golden("cut_short", || verdict::bytes(LINE_END, REQUEST, got));
}

#[test]
fn nothing_at_all() {
    golden("nothing", || verdict::bytes(LINE_END, REQUEST, b""));
}

#[test]
fn more_than_was_asked_for() {
    let got = [REQUEST, b"\r\n"].concat();
    golden("too_much", || verdict::bytes(LINE_END, REQUEST, got));
}

#[test]
fn a_long_body_is_shown_around_the_difference() {
    let expected: String = (1..=40).map(|n| format!("line {n}\n")).collect();
    let got = expected.replace("line 20", "Line 20");
    golden("long", || verdict::text(COUNT, &expected, &got));
}

#[test]
fn a_long_line_goes_on_in_the_next_row() {
    let expected = "Cookie: ".to_owned() + &"0123456789".repeat(12);
    let got = expected
        .replacen("789012", "78\t012", 5)
        .replacen("78\t012", "789012", 4);
    golden("long_line", || verdict::text(COUNT, &expected, &got));
}

#[test]
fn text_beyond_ascii_is_counted_in_characters() {
    golden("beyond_ascii", || {
        verdict::text(COUNT, "grüße\nzürich\n", "grüße\nzurich\n");
    });
}

#[test]
fn values_that_fit_into_a_line() {
    golden("values", || verdict::equal(COUNT, 83, 81));
}

#[test]
fn values_that_do_not() {
    #[derive(Debug, PartialEq)]
    struct Cost {
        mechanism: &'static str,
        requests: u32,
        head_bytes: u32,
        empty_answers: u32,
    }
    let expected = Cost {
        mechanism: "short polling",
        requests: 60,
        head_bytes: 4980,
        empty_answers: 50,
    };
    let got = Cost {
        mechanism: "short polling",
        requests: 60,
        head_bytes: 4980,
        empty_answers: 60,
    };
    golden("long_values", || verdict::equal(COUNT, expected, got));
}

#[test]
fn a_known_mistake_is_explained() {
    golden("mistake", || {
        verdict::mistake(
            COUNT,
            81,
            81,
            "That leaves out the empty line at the end: two bytes.",
        );
    });
    verdict::mistake(COUNT, 81, 83, "not this one");
}

#[test]
fn a_message_about_a_megabyte_fits_on_a_screen() {
    let megabyte = wiretap::escape(&[b'x'; 1 << 20]);
    golden("megabyte", || {
        verdict::fail(COUNT, format!("`{megabyte}`\nis too much"))
    });
    golden("megabyte_mistaken", || {
        verdict::mistake(COUNT, &megabyte, &megabyte, "That is all of it.");
    });
}

#[test]
fn a_frame_without_its_mask() {
    let expected = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    golden("frame_mask", || {
        verdict::frame(FRAME, expected, b"\x81\x05Hello")
    });
}

#[test]
fn a_frame_with_another_opcode_names_the_bit() {
    golden("frame_opcode", || {
        verdict::frame(FRAME, b"\x82\x05Hello", b"\x81\x05Hello");
    });
}

#[test]
fn a_frame_with_its_length_in_too_few_bytes() {
    let expected = [&b"\x82\x7e\x00\x7e"[..], &[0xaa; 126]].concat();
    let got = [&b"\x82\x7e\x7e"[..], &[0xaa; 126]].concat();
    golden("frame_length", || verdict::frame(FRAME, expected, got));
}

#[test]
fn a_frame_that_ends_after_a_byte() {
    golden("frame_cut_off", || {
        verdict::frame(FRAME, b"\x89\x00", b"\x89")
    });
}

#[test]
fn a_payload_masked_with_a_shifted_key() {
    let expected = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    let got = b"\x81\x85\x37\xfa\x21\x3d\xb2\x44\x51\x5b\x95";
    golden("frame_payload", || verdict::frame(FRAME, expected, got));
}

#[test]
fn binary_is_shown_in_hex_alone() {
    golden("binary", || {
        verdict::bytes(COUNT, [0, 1, 2, 255], [0, 1, 3, 255])
    });
}

#[test]
fn what_is_equal_passes() {
    verdict::bytes(LINE_END, REQUEST, REQUEST);
    verdict::text(COUNT, "a", "a");
    verdict::equal(COUNT, [1, 2], [1, 2]);
    verdict::frame(FRAME, b"\x89\x00", b"\x89\x00");
}
