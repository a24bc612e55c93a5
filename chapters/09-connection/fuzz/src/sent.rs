//! What has been sent, as tungstenite 0.30 reads it.

use std::io::Cursor;

use frames::Role;
use tungstenite::protocol::frame::FrameSocket;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Requires that `wire`, which an end in this role has sent, is nothing but legal frames
/// (RFC 6455 §5), with nothing after a Close but pongs, which are owed until the peer's Close
/// has come (§5.5.1, §5.5.2).
/// The last of them may be half a frame when the output was `abandoned`.
pub(crate) fn check(role: Role, wire: &[u8], abandoned: bool) {
    let mut socket = FrameSocket::new(Cursor::new(wire));
    let mut closed = false;
    let mut under_way = None;
    while let Some(frame) = socket.read(None).expect("frames were sent") {
        let header = frame.header().clone();
        assert!(!header.rsv1 && !header.rsv2 && !header.rsv3);
        assert_eq!(header.mask.is_some(), role == Role::Client);
        let key = header.mask.unwrap_or_default();
        let key = key.iter().cycle();
        let payload: Vec<u8> = frame
            .payload()
            .iter()
            .zip(key)
            .map(|(b, k)| b ^ k)
            .collect();
        let is_pong = header.opcode == OpCode::Control(Control::Pong);
        assert!(!closed || is_pong, "{:?} after a Close", header.opcode);
        match header.opcode {
            OpCode::Control(control) => {
                assert!(header.is_final && payload.len() <= 125);
                match control {
                    Control::Close => {
                        closed = true;
                        check_close(&payload);
                    }
                    Control::Ping | Control::Pong => {}
                    Control::Reserved(opcode) => panic!("opcode {opcode}"),
                }
            }
            OpCode::Data(Data::Reserved(opcode)) => panic!("opcode {opcode}"),
            OpCode::Data(Data::Continue) => {
                let (is_text, mut gathered): (bool, Vec<u8>) =
                    under_way.take().expect("a continuation of something");
                gathered.extend(payload);
                under_way = message(is_text, gathered, header.is_final);
            }
            OpCode::Data(data) => {
                assert!(under_way.is_none(), "a message within another");
                under_way = message(data == Data::Text, payload, header.is_final);
            }
        }
    }
    let (rest, buffer) = socket.into_inner();
    assert_eq!(rest.position() as usize, wire.len());
    assert!(abandoned || buffer.is_empty(), "half a frame was sent");
}

fn message(is_text: bool, gathered: Vec<u8>, fin: bool) -> Option<(bool, Vec<u8>)> {
    if !fin {
        return Some((is_text, gathered));
    }
    assert!(!is_text || str::from_utf8(&gathered).is_ok());
    None
}

/// §5.5.1, §7.4.1: nothing, or a code that may be sent and a reason.
fn check_close(payload: &[u8]) {
    match payload {
        [] => {}
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            assert!(
                matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999),
                "{code}"
            );
            assert!(str::from_utf8(reason).is_ok());
        }
        [_] => panic!("half a close code"),
    }
}
