//! The network in memory: what arrives, when, and in which pieces.

use std::io::ErrorKind;
use std::time::Duration;

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use wiretap::{
    Cut, Dial, Fault, Link, LinkStream, Listen, Part, Recorder, Side, harness,
};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Reads to the end; gives the size of each read.
async fn read_pieces(stream: &mut LinkStream) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut sizes) = (Vec::new(), Vec::new());
    let mut buffer = [0; 4096];
    loop {
        let n = stream
            .read(&mut buffer)
            .await
            .expect("nothing resets this link");
        if n == 0 {
            return (bytes, sizes);
        }
        bytes.extend_from_slice(&buffer[..n]);
        sizes.push(n);
    }
}

#[test]
fn bytes_arrive_half_a_round_trip_later() {
    harness::run("one byte each way", async {
        let recorder = Recorder::new("");
        let (mut client, mut server) = Link::new().rtt(ms(100)).pair(&recorder);
        let start = Instant::now();
        client.write_all(b"?").await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'?');
        assert_eq!(start.elapsed(), ms(50));
        server.write_all(b"!").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'!');
        assert_eq!(start.elapsed(), ms(100));
    });
}

#[test]
fn dialing_costs_a_round_trip_and_accepting_half_a_one_more() {
    harness::run("a handshake", async {
        let recorder = Recorder::new("");
        let (dialer, mut listener) = Link::new().rtt(ms(100)).network(&recorder);
        let start = Instant::now();
        let server = tokio::spawn(async move {
            let _stream = listener.accept().await.unwrap();
            start.elapsed()
        });
        let _client = dialer.dial().await.unwrap();
        assert_eq!(start.elapsed(), ms(100));
        assert_eq!(server.await.unwrap(), ms(150));
        let open = &recorder.transcript().entries[0];
        assert_eq!(
            (open.part, open.sent(), open.arrived()),
            (Part::Open, ms(0), Some(ms(100)))
        );
    });
}

#[test]
fn a_dropped_accept_loses_no_connection() {
    harness::run("an accept that is given up", async {
        let recorder = Recorder::new("");
        let (dialer, mut listener) = Link::new().rtt(ms(100)).network(&recorder);
        let mut client = dialer.dial().await.unwrap();
        client.write_all(b"x").await.unwrap();
        // It is on its way, and given up at every moment until it is there.
        for _ in 0..49 {
            assert!(
                tokio::time::timeout(ms(1), listener.accept())
                    .await
                    .is_err()
            );
        }
        let mut server = listener.accept().await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'x');
    });
}

#[test]
fn dialing_a_listener_that_is_gone_is_refused() {
    harness::run("nobody listens", async {
        let (dialer, listener) = Link::new().network(&Recorder::new(""));
        drop(listener);
        assert_eq!(
            dialer.dial().await.unwrap_err().kind(),
            ErrorKind::ConnectionRefused
        );
        let (dialer, mut listener) = Link::new().network(&Recorder::new(""));
        drop(dialer);
        assert_eq!(
            listener.accept().await.unwrap_err().kind(),
            ErrorKind::NotConnected
        );
    });
}

#[test]
fn bandwidth_spreads_what_is_written_at_once() {
    harness::run("10 kB at 10 kB/s", async {
        let recorder = Recorder::new("");
        let link = Link::new().rtt(ms(100)).bandwidth(10_000);
        let (mut client, mut server) = link.pair(&recorder);
        let start = Instant::now();
        for _ in 0..10 {
            client.write_all(&[b'x'; 1_000]).await.unwrap();
        }
        assert_eq!(start.elapsed(), ms(0), "the window takes it all");
        let mut buffer = [0; 1_000];
        for second in 1..=10 {
            server.read_exact(&mut buffer).await.unwrap();
            assert_eq!(start.elapsed(), ms(50 + 100 * second));
        }
    });
}

#[test]
fn a_writer_waits_for_a_reader_that_does_not_read() {
    harness::run("a full window", async {
        let (mut client, mut server) =
            Link::new().rtt(ms(100)).pair(&Recorder::new(""));
        let writer = tokio::spawn(async move {
            client.write_all(&vec![b'x'; 100_000]).await.unwrap();
            Instant::now()
        });
        tokio::time::sleep(ms(60_000)).await;
        assert!(!writer.is_finished(), "65,536 bytes fit, 100,000 do not");
        let before = Instant::now();
        let mut buffer = vec![0; 100_000];
        server.read_exact(&mut buffer).await.unwrap();
        assert_eq!(
            writer.await.unwrap(),
            before,
            "it went on when the window opened"
        );
    });
}

#[test]
fn each_byte_alone() {
    harness::run("each byte alone", async {
        let link = Link::new().cut(Cut::EachByte);
        let (mut client, mut server) = link.pair(&Recorder::new(""));
        client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        drop(client);
        let (bytes, sizes) = read_pieces(&mut server).await;
        assert_eq!(bytes, b"GET / HTTP/1.1\r\n");
        assert_eq!(sizes, [1; 16]);
    });
}

#[test]
fn writes_keep_their_borders_or_lose_them() {
    for (cut, expected) in [(Cut::AsWritten, vec![3, 4]), (Cut::Coalesced, vec![7])] {
        harness::run("two writes", async move {
            let (mut client, mut server) =
                Link::new().cut(cut).pair(&Recorder::new(""));
            client.write_all(b"abc").await.unwrap();
            client.write_all(b"defg").await.unwrap();
            drop(client);
            assert_eq!(
                read_pieces(&mut server).await,
                (b"abcdefg".into(), expected)
            );
        });
    }
}

#[test]
fn the_same_seed_cuts_in_the_same_way() {
    let sizes = |seed| {
        harness::run("random pieces", async move {
            let link = Link::new().cut(Cut::Random).seed(seed);
            let (mut client, mut server) = link.pair(&Recorder::new(""));
            client.write_all(&[b'x'; 1_000]).await.unwrap();
            drop(client);
            let (bytes, sizes) = read_pieces(&mut server).await;
            assert_eq!(bytes.len(), 1_000);
            sizes
        })
    };
    assert_eq!(sizes(7), sizes(7));
    assert_ne!(sizes(7), sizes(8));
    assert!(sizes(7).len() > 1);
}

#[test]
fn a_half_close_ends_one_direction_only() {
    harness::run("a half-close after five bytes", async {
        let recorder = Recorder::new("");
        let link = Link::new().fault(Side::Client, Fault::HalfCloseAfter(5));
        let (mut client, mut server) = link.pair(&recorder);
        client.write_all(b"hello, world").await.unwrap();
        assert_eq!(read_pieces(&mut server).await.0, b"hello");
        server.write_all(b"still here").await.unwrap();
        let mut buffer = [0; 10];
        client.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"still here");
    });
}

#[test]
fn a_reset_reaches_both_ends() {
    harness::run("a reset after five bytes", async {
        let recorder = Recorder::new("");
        let link = Link::new()
            .rtt(ms(100))
            .fault(Side::Client, Fault::ResetAfter(5));
        let (mut client, mut server) = link.pair(&recorder);
        let error = client.write_all(b"hello, world").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        for end in [&mut client, &mut server] {
            let error = end.read(&mut [0; 16]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        }
        let parts: Vec<Part> = recorder
            .transcript()
            .entries
            .iter()
            .map(|e| e.part)
            .collect();
        assert_eq!(parts, [Part::Open, Part::Bytes, Part::Reset]);
    });
}

#[test]
fn writing_to_an_end_that_is_gone_fails() {
    harness::run("nobody reads", async {
        let (mut client, server) = Link::new().pair(&Recorder::new(""));
        drop(server);
        let error = client.write_all(b"hello?").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(client.read(&mut [0; 16]).await.unwrap(), 0);
    });
}

#[test]
fn a_link_prints_how_to_replay_it() {
    let link = Link::new()
        .rtt(ms(100))
        .bandwidth(1_000_000)
        .cut(Cut::Random)
        .seed(42)
        .fault(Side::Server, Fault::ResetAfter(9));
    assert_eq!(
        link.to_string(),
        "Link::new().rtt(100ms).bandwidth(1000000).cut(Cut::Random).seed(42)\
         .fault(Side::Server, Fault::ResetAfter(9))"
    );
}

fn any_cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        Just(Cut::AsWritten),
        Just(Cut::EachByte),
        Just(Cut::Random),
        Just(Cut::Coalesced),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the cut, the seed and the sizes of the writes: the same bytes arrive.
    #[test]
    fn every_byte_arrives_once_and_in_order(
        cut in any_cut(),
        seed in any::<u64>(),
        writes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
        bandwidth in prop::option::of(1_000u64..1_000_000),
    ) {
        let sent = writes.concat();
        let received = harness::run("writes of any size", async move {
            let mut link = Link::new().rtt(ms(30)).cut(cut).seed(seed);
            if let Some(bandwidth) = bandwidth {
                link = link.bandwidth(bandwidth);
            }
            let (mut client, mut server) = link.pair(&Recorder::new(""));
            tokio::spawn(async move {
                for write in writes {
                    client.write_all(&write).await.unwrap();
                }
            });
            read_pieces(&mut server).await.0
        });
        prop_assert_eq!(received, sent);
    }
}
