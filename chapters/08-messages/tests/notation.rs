//! Frames as one writes them on the example's command line.

#[path = "../examples/ch08-messages/notation.rs"]
mod notation;

use frames::Role;
use notation::Written;

fn bytes(notation: &str, role: Role) -> Vec<u8> {
    let written: Written = notation.parse().expect("it is one");
    assert_eq!(written.notation, notation);
    written.to_bytes(role)
}

#[test]
fn rfc6455_5_7_the_frames_of_the_examples() {
    assert_eq!(bytes("text:Hello", Role::Client), b"\x81\x05Hello");
    let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    assert_eq!(bytes("text:Hello", Role::Server), masked);
    assert_eq!(bytes("text+:Hel", Role::Client), b"\x01\x03Hel");
    assert_eq!(bytes("more:lo", Role::Client), b"\x80\x02lo");
    assert_eq!(bytes("ping", Role::Client), b"\x89\x00");
}

#[test]
fn escapes_are_bytes_and_nothing_else_is_changed() {
    assert_eq!(
        bytes(r"binary:\xff\\\x00a:b", Role::Client),
        b"\x82\x06\xff\\\0a:b"
    );
    assert_eq!(bytes("hex:81 05 48", Role::Server), b"\x81\x05\x48");
}

#[test]
fn what_is_no_notation_is_explained() {
    let why = |notation: &str| notation.parse::<Written>().expect_err("it is none");
    assert!(why("txt:a").starts_with("\"txt\" is no frame"));
    assert!(why(r"text:\xf").contains("write \\x and two digits"));
    assert!(why(r"text:\é").contains("there is no"));
    assert!(why(r"text:\xé0").contains("two digits"));
    assert_eq!(why("hex:123"), "a byte has two digits");
    assert_eq!(why("hex:zz"), "'z' is no digit");
}
