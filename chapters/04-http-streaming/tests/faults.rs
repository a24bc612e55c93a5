//! What goes wrong between a server and its client, with the instrument's fault proxy and
//! on the paused clock. The same with a real nginx is in `nginx.rs`.

#[path = "common/stage.rs"]
mod stage;

use std::time::Duration;

use http_streaming::{BodyError, ChunkError, EventStream, StreamError, open};
use stage::{KEEP_ALIVE, RTT, SILENCE, Stage, event, with_both};
use tokio::time::{Instant, timeout};
use wiretap::{FaultProxy, Faults, Link, LinkDialer, Recorder};

const HOUR: Duration = Duration::from_secs(3600);

/// The way to a stage through a proxy.
fn through(proxy: &FaultProxy, stage: &Stage) -> LinkDialer {
    let (dialer, front) = Link::new().rtt(RTT).network(&Recorder::new("in front"));
    let (proxy, back) = (proxy.clone(), stage.dialer.clone());
    tokio::spawn(async move { proxy.run(front, back).await });
    dialer
}

async fn follow(dialer: &LinkDialer, after: u64) -> EventStream<wiretap::LinkStream> {
    let stream = EventStream::follow(dialer, "x", Some(after), SILENCE).await;
    stream.expect("a stream")
}

#[test]
fn a_client_that_wants_the_whole_answer_gets_nothing_until_it_ends() {
    with_both("a client that buffers", |http| async move {
        let mut stage = Stage::set(http);
        let answer = open(&stage.dialer, "x", "/stream?after=0").await;
        let mut answer = answer.expect("a head");
        stage.board.append("a minute ago");
        let early = timeout(Duration::from_secs(60), answer.collect(1 << 20)).await;
        assert!(early.is_err(), "there is no whole answer yet");
        // It is not in vain for ever: once the server ends the stream, it is all there.
        let mut answer = open(&stage.dialer, "x", "/stream?after=0")
            .await
            .expect("one");
        stage.stop();
        let whole = answer.collect(1 << 20).await.expect("it has ended");
        assert_eq!(whole, "{\"seq\":1,\"text\":\"a minute ago\"}\n");
    });
}

#[test]
fn a_proxy_that_gathers_bytes_makes_a_stream_of_news_one_of_history() {
    with_both("a proxy that holds 4 KiB", |http| async move {
        let stage = Stage::set(http);
        let hold = Some(4096);
        let proxy = FaultProxy::new(Faults {
            hold,
            ..Faults::default()
        });
        let dialer = through(&proxy, &stage);
        stage.board.append("old news");
        let stream = EventStream::follow(&dialer, "x", Some(0), SILENCE).await;
        assert!(stream.is_err(), "not even the head comes: {stream:?}");
        // What opens the valve is that there is more to say, whoever wants to know.
        for n in 2..60 {
            stage
                .board
                .append(format!("event {n}, and a text of some length: {n:50}"));
        }
        let mut stream = follow(&dialer, 0).await;
        assert_eq!(event(&mut stream).await, 1);
    });
}

#[test]
fn a_proxy_that_cuts_silent_streams_is_told_something_in_time() {
    with_both(
        "a proxy that cuts after 10 s, then after 20",
        |http| async move {
            let stage = Stage::set(http);
            let cut_when_idle = Some(KEEP_ALIVE - Duration::from_secs(5));
            let proxy = FaultProxy::new(Faults {
                cut_when_idle,
                ..Faults::default()
            });
            let dialer = through(&proxy, &stage);
            let start = Instant::now();
            let cut = follow(&dialer, 0).await.next().await;
            let incomplete = BodyError::Chunk(ChunkError::Incomplete);
            assert!(
                matches!(cut, Err(StreamError::Body(e)) if e == incomplete),
                "{cut:?}"
            );
            assert!(start.elapsed() < KEEP_ALIVE);

            // A keep-alive line that comes before the cut: the stream lives.
            let cut_when_idle = Some(KEEP_ALIVE + Duration::from_secs(5));
            proxy.set(Faults {
                cut_when_idle,
                ..Faults::default()
            });
            let mut stream = follow(&dialer, 0).await;
            assert!(
                timeout(HOUR, stream.next()).await.is_err(),
                "nothing happens"
            );
            stage.board.append("after an hour");
            assert_eq!(event(&mut stream).await, 1);
        },
    );
}

/// The server dies, and nobody tells the client: there is no FIN, and there will be none.
#[test]
fn a_half_open_connection_is_noticed_by_its_silence_and_by_nothing_else() {
    with_both("a server whose end is not told", |http| async move {
        let stage = Stage::set(http);
        let drop_fin = true;
        let proxy = FaultProxy::new(Faults {
            drop_fin,
            ..Faults::default()
        });
        let dialer = through(&proxy, &stage);
        let patient = EventStream::follow(&dialer, "x", Some(0), 24 * HOUR);
        let mut patient = patient.await.expect("a stream");
        let mut stream = follow(&dialer, 0).await;
        stage.board.append("the last that is heard");
        assert_eq!(event(&mut stream).await, 1);
        assert_eq!(event(&mut patient).await, 1);
        stage.task.abort();

        let start = Instant::now();
        let silent = stream.next().await;
        assert!(matches!(silent, Err(StreamError::Silent(_))), "{silent:?}");
        assert_eq!(start.elapsed(), SILENCE);
        // Who has no such limit waits as long as it takes, which is for ever.
        assert!(timeout(HOUR, patient.next()).await.is_err());
    });
}
