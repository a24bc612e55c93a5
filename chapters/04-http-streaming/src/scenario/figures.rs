//! A few seconds each.

use std::future::pending;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use wiretap::{Dial as _, LinkStream, Side, Transcript, harness};

use super::{LONG, Scene, millis};
use crate::client::EventStream;
use crate::ndjson::Message;

/// One request, and an answer that tells three events as they happen.
pub fn a_stream() -> Transcript {
    let title = "One answer that does not end";
    harness::run(title, async move {
        let scene = Scene::new(title, LONG);
        let start = Instant::now();
        let publish = async {
            for (time, text) in
                [(1400, "kick-off"), (1480, "a goal!"), (2200, "half time")]
            {
                sleep_until(start + millis(time)).await;
                scene.publish(text);
            }
            pending::<()>().await
        };
        tokio::select! {
            biased;
            () = publish => unreachable!("it goes on"),
            transcript = deliver(&scene, 3) => transcript,
        }
    })
}

/// Follows the board up to an event, and gives what was recorded until then.
async fn deliver(scene: &Scene, count: u64) -> Transcript {
    let stream = EventStream::follow(&scene.dialer, "board.test", Some(0), LONG).await;
    let mut stream = stream.expect("a stream");
    take(scene, &mut stream, count).await;
    // The stream is still open: its end is none of the figure's business.
    scene.recorder.transcript()
}

/// Marks the next so many events as delivered.
async fn take(scene: &Scene, stream: &mut EventStream<LinkStream>, count: u64) {
    for _ in 0..count {
        match stream.next().await {
            Ok(Some(Message::Event(event))) => scene.recorder.delivered(event.seq),
            surprise => panic!("on a link without faults: {surprise:?}"),
        }
    }
}

/// The same question in HTTP/1.0: no chunks, and an end only with the connection.
pub fn to_an_old_client() -> Transcript {
    let title = "The same stream, asked for in HTTP/1.0";
    harness::run(title, async move {
        let scene = Scene::new(title, LONG);
        let mut io = scene.dialer.dial().await.expect("the server listens");
        let request = b"GET /stream?after=0 HTTP/1.0\r\n\r\n";
        io.write_all(request).await.expect("it is open");
        sleep(millis(500)).await;
        scene.publish("kick-off");
        sleep(millis(500)).await;
        scene.publish("a goal!");
        // All that comes within the next second.
        let mut heard = Vec::new();
        let _ = timeout(millis(1000), io.read_to_end(&mut heard)).await;
        scene.recorder.transcript()
    })
}

/// Three events that gather while nobody follows: one chunk, three messages.
pub fn a_chunk_is_no_message() -> Transcript {
    let title = "Three events have gathered: one chunk";
    harness::run(title, async move {
        let scene = Scene::new(title, LONG);
        for text in ["kick-off", "a goal!", "half time"] {
            scene.publish(text);
        }
        deliver(&scene, 3).await
    })
}

/// The length of each event that floods a reader.
const LARGE: usize = 16_000;

/// A reader that reads nothing for two seconds, while an event of 16,000 bytes happens
/// every 200 ms.
pub fn the_writer_waits() -> Transcript {
    let title = "The reader stops reading, and the writer waits";
    harness::run(title, async move {
        let scene = Scene::new(title, LONG);
        let publish = async {
            sleep(millis(150)).await;
            for _ in 0..10 {
                sleep(millis(200)).await;
                scene.publish("x".repeat(LARGE));
            }
            pending::<()>().await
        };
        let read = async {
            let (dialer, host) = (&scene.dialer, "board.test");
            let stream = EventStream::follow(dialer, host, Some(0), LONG).await;
            let mut stream = stream.expect("a stream");
            scene
                .recorder
                .note(Side::Client, "the client reads nothing for 2 s");
            sleep(millis(2000)).await;
            scene.recorder.note(Side::Client, "the client reads on");
            take(&scene, &mut stream, 10).await;
            scene.recorder.transcript()
        };
        tokio::select! {
            biased;
            () = publish => unreachable!("it goes on"),
            transcript = read => transcript,
        }
    })
}
