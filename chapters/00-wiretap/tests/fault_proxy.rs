//! The fault proxy, over links on the paused clock.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, timeout};
use wiretap::{
    Dial as _, FaultProxy, Faults, Link, LinkStream, Listen as _, Recorder, harness,
};

const HOUR: Duration = Duration::from_secs(3600);

/// A client and a server with a proxy between them.
fn between(proxy: &FaultProxy) -> (LinkStream, LinkStream) {
    let recorder = Recorder::new("both sides of a proxy");
    let (client, front) = Link::new().pair(&recorder);
    let (back, server) = Link::new().pair(&recorder);
    let proxy = proxy.clone();
    tokio::spawn(async move { proxy.carry(front, back).await });
    (client, server)
}

/// What arrives within an hour, at most 16 bytes of it.
async fn arrives(stream: &mut LinkStream) -> Option<String> {
    let mut buffer = [0; 16];
    let read = timeout(HOUR, stream.read(&mut buffer)).await.ok()?;
    let read = read.expect("no error");
    Some(String::from_utf8_lossy(&buffer[..read]).into_owned())
}

#[test]
fn without_a_fault_it_passes_everything_on() {
    harness::run("a proxy without a fault", async {
        let (mut client, mut server) = between(&FaultProxy::new(Faults::default()));
        client.write_all(b"ask").await?;
        assert_eq!(arrives(&mut server).await.as_deref(), Some("ask"));
        server.write_all(b"answer").await?;
        assert_eq!(arrives(&mut client).await.as_deref(), Some("answer"));
        client.shutdown().await?;
        assert_eq!(arrives(&mut server).await.as_deref(), Some(""));
        server.write_all(b"more").await?;
        assert_eq!(arrives(&mut client).await.as_deref(), Some("more"));
        drop(server);
        assert_eq!(arrives(&mut client).await.as_deref(), Some(""));
        io::Result::Ok(())
    })
    .expect("no error");
}

#[test]
fn one_way_that_is_stuck_does_not_stop_the_other() {
    harness::run("a client that reads nothing, and asks", async {
        let (mut client, mut server) = between(&FaultProxy::new(Faults::default()));
        // More than both links and the proxy take: this waits.
        let flood = server.write_all(&[b'x'; 300_000]);
        assert!(timeout(HOUR, flood).await.is_err());
        client.write_all(b"ask").await.expect("it is open");
        assert_eq!(arrives(&mut server).await.as_deref(), Some("ask"));
    });
}

#[test]
fn it_holds_what_the_server_says_and_not_what_the_client_says() {
    harness::run("a proxy that holds 8 bytes", async {
        let hold = Some(8);
        let proxy = FaultProxy::new(Faults {
            hold,
            ..Faults::default()
        });
        let (mut client, mut server) = between(&proxy);
        client.write_all(b"ask").await?;
        assert_eq!(arrives(&mut server).await.as_deref(), Some("ask"));
        server.write_all(b"1234567").await?;
        assert_eq!(arrives(&mut client).await, None);
        server.write_all(b"89").await?;
        assert_eq!(arrives(&mut client).await.as_deref(), Some("123456789"));
        server.write_all(b"again").await?;
        assert_eq!(arrives(&mut client).await, None, "it gathers anew");
        drop(server);
        assert_eq!(arrives(&mut client).await.as_deref(), Some("again"));
        assert_eq!(arrives(&mut client).await.as_deref(), Some(""));
        io::Result::Ok(())
    })
    .expect("no error");
}

#[test]
fn it_cuts_after_a_silence_of_both_sides() {
    harness::run("a proxy that cuts after 10 s", async {
        let cut_when_idle = Some(Duration::from_secs(10));
        let proxy = FaultProxy::new(Faults {
            cut_when_idle,
            ..Faults::default()
        });
        let (mut client, mut server) = between(&proxy);
        let start = Instant::now();
        for _ in 0..2 {
            sleep(Duration::from_secs(9)).await;
            client.write_all(b".").await?;
            sleep(Duration::from_secs(9)).await;
            server.write_all(b".").await?;
        }
        assert_eq!(arrives(&mut client).await.as_deref(), Some("."));
        assert_eq!(arrives(&mut client).await.as_deref(), Some("."));
        assert_eq!(arrives(&mut client).await.as_deref(), Some(""), "cut");
        assert_eq!(start.elapsed(), Duration::from_secs(46));
        assert_eq!(arrives(&mut server).await.as_deref(), Some("."));
        assert_eq!(arrives(&mut server).await.as_deref(), Some("."));
        assert_eq!(arrives(&mut server).await.as_deref(), Some(""), "cut");
        io::Result::Ok(())
    })
    .expect("no error");
}

#[test]
fn a_fault_that_is_set_later_counts_for_what_is_open() {
    harness::run("faults come and go", async {
        let proxy = FaultProxy::new(Faults::default());
        let (mut client, mut server) = between(&proxy);
        proxy.set(Faults {
            hold: Some(100),
            ..Faults::default()
        });
        server.write_all(b"held").await.expect("it is open");
        assert_eq!(arrives(&mut client).await, None);
        proxy.set(Faults::default());
        assert_eq!(arrives(&mut client).await.as_deref(), Some("held"));
        let cut_when_idle = Some(Duration::from_secs(1));
        proxy.set(Faults {
            cut_when_idle,
            ..Faults::default()
        });
        assert_eq!(arrives(&mut client).await.as_deref(), Some(""));
    });
}

#[test]
fn it_keeps_an_end_to_itself_until_the_fault_is_gone() {
    harness::run("a server that is gone, and nobody says so", async {
        let proxy = FaultProxy::new(Faults {
            drop_fin: true,
            ..Faults::default()
        });
        let (mut client, mut server) = between(&proxy);
        server.write_all(b"last words").await.expect("it is open");
        drop(server);
        assert_eq!(arrives(&mut client).await.as_deref(), Some("last words"));
        assert_eq!(arrives(&mut client).await, None, "half-open");
        client.write_all(b"hello?").await.expect("it looks open");
        assert_eq!(arrives(&mut client).await, None);
        proxy.set(Faults::default());
        assert_eq!(arrives(&mut client).await.as_deref(), Some(""));
    });
}

#[test]
fn it_listens_and_dials() {
    harness::run("a proxy for every connection", async {
        let recorder = Recorder::new("a network behind a network");
        let (dialer, front) = Link::new().network(&recorder);
        let (back, mut listener) = Link::new().network(&recorder);
        let proxy = FaultProxy::new(Faults::default());
        tokio::spawn(async move { proxy.run(front, back).await });
        for _ in 0..2 {
            let mut client = dialer.dial().await?;
            let mut server = listener.accept().await?;
            server.write_all(b"hi").await?;
            assert_eq!(arrives(&mut client).await.as_deref(), Some("hi"));
        }
        drop(listener);
        let mut client = dialer.dial().await?;
        assert_eq!(
            arrives(&mut client).await.as_deref(),
            Some(""),
            "nobody there"
        );
        io::Result::Ok(())
    })
    .expect("no error");
}
