//! What is written is read, however the network cuts it; and any bytes at all give the same
//! outcome however they are cut.

mod common;

use bytes::BytesMut;
use common::{Frame, decode_at_every_cut, decode_pieces};
use frames::{Decoder, Header, MaskingKey, Opcode, Role, Rsv, put_frame};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn opcode() -> impl Strategy<Value = Opcode> {
    let opcodes: Vec<Opcode> = (0..16).filter_map(Opcode::from_bits).collect();
    select(opcodes)
}

prop_compose! {
    /// A frame that `role` may get.
    fn legal_frame(role: Role)(
        opcode in opcode(),
        fin: bool,
        rsv1: bool,
        key: [u8; 4],
        // Both sides of where the length takes two bytes more.
        payload in prop_oneof![vec(any::<u8>(), 0..=125), vec(any::<u8>(), 120..400)],
    ) -> Frame {
        let mut payload = payload;
        if opcode.is_control() {
            payload.truncate(125);
        }
        let header = Header {
            fin: fin || opcode.is_control(),
            rsv: if rsv1 { Rsv::RSV1 } else { Rsv::NONE },
            opcode,
            masking_key: (role == Role::Server).then_some(MaskingKey(key)),
            payload_length: payload.len() as u64,
        };
        Frame { header, payload }
    }
}

fn role_and_frames() -> impl Strategy<Value = (Role, Vec<Frame>)> {
    select(vec![Role::Client, Role::Server])
        .prop_flat_map(|role| (Just(role), vec(legal_frame(role), 0..5)))
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        (role, frames) in role_and_frames(),
        mut cuts in vec(any::<Index>(), 0..6),
    ) {
        let mut bytes = BytesMut::new();
        for frame in &frames {
            put_frame(frame.header, &frame.payload, &mut bytes);
        }
        cuts.sort_by_key(|cut| cut.index(bytes.len() + 1));
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        for cut in cuts {
            let at = cut.index(bytes.len() + 1) - (bytes.len() - rest.len());
            let (piece, after) = rest.split_at(at);
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        let mut decoder = Decoder::new(role).allow(Rsv::RSV1);
        prop_assert_eq!(decode_pieces(&mut decoder, pieces), (frames, None));
    }

    /// Bytes as a peer without manners sends them: mostly the beginnings of frames.
    #[test]
    fn any_bytes_give_one_outcome_however_they_are_cut(
        chunks in vec(
            (any::<u8>(), select(vec![0u8, 1, 125, 126, 127]), any::<bool>(), vec(any::<u8>(), 0..16)),
            0..4,
        ),
        role in select(vec![Role::Client, Role::Server]),
    ) {
        let bytes: Vec<u8> = chunks
            .into_iter()
            .flat_map(|(first, length, masked, rest)| {
                let second = length | if masked { 0x80 } else { 0 };
                [vec![first, second], rest].concat()
            })
            .collect();
        decode_at_every_cut(&Decoder::new(role).max_payload(200), &bytes);
    }

    #[test]
    fn a_header_that_is_read_is_written_as_it_was(bytes in vec(any::<u8>(), 0..20)) {
        if let Ok(Some((header, length))) = Header::decode(&bytes) {
            prop_assert_eq!(&*header.encode(), &bytes[..length]);
        }
    }
}
