//! The recordings of chapters 7 and 8.

use wiretap::{Recorder, harness};

use super::assert_recorded;
use crate::labs::{frames_lab, messages_lab};

#[test]
fn lab_07() {
    let transcript =
        harness::run("a frame comes back, and another is refused", async {
            // Made in here, its clock is the paused one.
            let recorder = Recorder::new(
                "A frame that comes back, and one whose length is too long",
            );
            let arrived = frames_lab::Arrived::default();
            let frames: [&[u8]; 2] = [
                b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
                b"\x81\xfe\x00\x05\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
            ];
            for (bytes, nonce) in
                frames.into_iter().zip([*b"the first nonce!", [7; 16]])
            {
                let sent = frames_lab::send(&recorder, bytes, &arrived, nonce).await;
                sent.expect("the server takes it");
                assert_eq!(arrived.get(), frames[0], "the second one does not arrive");
            }
            recorder.transcript()
        });
    assert_recorded("lab_07", &transcript);
}

#[test]
fn lab_08() {
    let transcript = harness::run("a crab arrives, and a surrogate does not", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "A crab in two fragments, a ping between them, and a bad byte",
        );
        let frames = [
            (0x01, b"crab: \xf0\x9f".as_slice()),
            (0x89, b"there?"),
            (0x80, b"\xa6\x80"),
            (0x81, b"ab\xed\xa0\x80cd"),
        ];
        let frames = frames.map(|(first, payload)| messages_lab::Sent {
            first,
            payload: payload.to_vec(),
        });
        let mut chance = fastrand::Rng::with_seed(6455);
        let seen = messages_lab::converse(&recorder, &frames, &mut chance).await;
        seen.expect("it is looked at");
        recorder.transcript()
    });
    assert_recorded("lab_08", &transcript);
}
