//! All 65,536 close codes (RFC 6455 §7.4), in both directions and both roles.

mod common;

use common::{End, close, in_both_roles};
use connection::CloseCode;
use frames::Opcode;

/// The codes that may stand in a Close frame, written down as the RFC and the registry
/// list them, not as the code has them.
fn is_allowed(code: u16) -> bool {
    let registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011];
    let later = [1012, 1013, 1014];
    registered.contains(&code)
        || later.contains(&code)
        || (3000..=3999).contains(&code)
        || (4000..=4999).contains(&code)
}

#[test]
fn each_code_is_taken_or_fails_with_1002() {
    in_both_roles(|role| {
        for code in 0..=u16::MAX {
            let mut end = End::new(role);
            let told = end.hears(Opcode::Close, &close(code, "why"));
            if is_allowed(code) {
                assert_eq!(told, [format!("closed {code} why")]);
                assert_eq!(end.says(), [format!("close {code}")], "echoed");
            } else {
                let why = format!("a Close frame with the code {code} (RFC 6455 §7.4)");
                let failed = format!("closed 1006, failed with 1002: {why}");
                assert_eq!(told, [failed]);
                assert_eq!(end.says(), ["close 1002"], "to {code}");
            }
        }
    });
}

#[test]
fn each_code_can_be_sent_or_cannot_be_made() {
    in_both_roles(|role| {
        for code in 0..=u16::MAX {
            let made = CloseCode::new(code);
            assert_eq!(made.map(CloseCode::get), is_allowed(code).then_some(code));
            if let Some(made) = made {
                let mut end = End::new(role);
                end.connection.close(made, "").expect("it is open");
                assert_eq!(end.says(), [format!("close {code}")]);
            }
        }
    });
}
