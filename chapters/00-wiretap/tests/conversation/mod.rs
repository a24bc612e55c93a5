//! A conversation, recorded however it is cut.
#![allow(dead_code, reason = "each test file uses its own part")]

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Cut, Link, Recorder, Transcript, harness};

pub(crate) const UPGRADE: &[u8] =
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
pub(crate) const SWITCHING: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

/// Records a conversation in which both sides say what they say, the client first, cut
/// into pieces of `size` bytes on their way in.
pub(crate) fn record(client: &[u8], server: &[u8], size: usize) -> Transcript {
    let (client, server) = (client.to_vec(), server.to_vec());
    harness::run("a conversation in pieces", async move {
        let recorder = Recorder::new("a conversation");
        let link = Link::new().cut(Cut::Coalesced);
        let (mut a, mut b) = link.pair(&recorder);
        let mut sink = vec![0; client.len()];
        for piece in client.chunks(size) {
            a.write_all(piece).await.unwrap();
        }
        b.read_exact(&mut sink).await.unwrap();
        let answer = tokio::spawn(async move {
            for piece in server.chunks(size) {
                b.write_all(piece).await.unwrap();
            }
        });
        a.read_to_end(&mut Vec::new()).await.unwrap();
        answer.await.unwrap();
        drop(a);
        recorder.transcript()
    })
}
