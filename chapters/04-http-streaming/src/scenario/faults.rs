//! What an intermediary can do to a stream, with the instrument's fault proxy.

use std::time::Duration;

use tokio::time::sleep;
use wiretap::{FaultProxy, Faults, Link, Recorder, Side, Transcript, harness};

use super::{LONG, RTT, Scene, board, millis, serve_on};
use crate::client::{EventStream, StreamError};
use crate::ndjson::Message;

/// A scene with a proxy in the middle of the way. What is recorded is the client's side.
fn behind(proxy: Faults, title: &str, keep_alive: Duration) -> Scene {
    let recorder = Recorder::new(title);
    recorder.name(Side::Server, "proxy");
    let board = board();
    let half = Link::new().rtt(RTT / 2);
    let (dialer, front) = half.network(&recorder);
    let (back, listener) = half.network(&Recorder::new("behind the proxy"));
    serve_on(listener, &board, keep_alive);
    let proxy = FaultProxy::new(proxy);
    tokio::spawn(async move { proxy.run(front, back).await });
    Scene {
        recorder,
        board,
        dialer,
    }
}

/// Follows for ever, and asks again when the stream ends, for what comes after the last
/// event that was delivered.
async fn follow(scene: &Scene) {
    let mut cursor = 0;
    loop {
        let (dialer, host) = (&scene.dialer, "board.test");
        let stream = EventStream::follow(dialer, host, Some(cursor), LONG).await;
        let mut stream = stream.expect("a stream");
        let why = loop {
            match stream.next().await {
                Ok(Some(Message::Event(event))) => {
                    scene.recorder.delivered(event.seq);
                    cursor = event.seq;
                }
                Ok(other) => panic!("nothing else is told here: {other:?}"),
                Err(StreamError::Body(error)) => break error,
                Err(error) => panic!("no such fault here: {error}"),
            }
        };
        scene.recorder.note(Side::Client, why.to_string());
    }
}

/// Lets an event happen every so often, so many times.
async fn publish(scene: &Scene, every: Duration, count: usize) {
    for n in 1..=count {
        sleep(every).await;
        scene.publish(format!("event number {n}"));
    }
    std::future::pending().await
}

async fn play(
    scene: Scene,
    every: Duration,
    count: usize,
    length: Duration,
) -> Transcript {
    tokio::select! {
        biased;
        () = publish(&scene, every, count) => unreachable!("it goes on"),
        () = follow(&scene) => unreachable!("it goes on"),
        // What is still open then is open in the recording.
        transcript = async {
            sleep(length).await;
            scene.recorder.transcript()
        } => transcript,
    }
}

/// A proxy that gathers 300 bytes before it passes them on.
pub fn held_back() -> Transcript {
    let title = "Behind a proxy that gathers 300 bytes";
    harness::run(title, async move {
        let faults = Faults {
            hold: Some(300),
            ..Faults::default()
        };
        let scene = behind(faults, title, LONG);
        play(scene, millis(1000), 5, millis(6000)).await
    })
}

const IDLE: Faults = Faults {
    hold: None,
    cut_when_idle: Some(Duration::from_secs(5)),
    drop_fin: false,
};

/// A proxy that cuts what has been silent for five seconds.
pub fn cut_when_idle() -> Transcript {
    let title = "Behind a proxy that cuts after 5 s of silence";
    harness::run(title, async move {
        play(behind(IDLE, title, LONG), millis(7000), 1, millis(8000)).await
    })
}

/// The same proxy, and an empty line every four seconds.
pub fn kept_alive() -> Transcript {
    let title = "The same proxy, and an empty line after 4 s";
    harness::run(title, async move {
        let scene = behind(IDLE, title, millis(4000));
        play(scene, millis(7000), 1, millis(8000)).await
    })
}
