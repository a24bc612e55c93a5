//! What a lab shows where no program stands behind the page: recorded here, over a network
//! in memory, with the same handlers.

mod backpressure;
mod chat;
mod connection;
mod door;
mod frames;
mod handshake;
mod history;
mod window;

use std::time::Duration;

use http_streaming::{EventStream, Message};
use raw_http::{Client, Config, Request, serve};
use server_sent_events::{self as sse, EventSource, Options};
use short_polling::{Notice, Pace, Poller, Variant};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::{Dial as _, Faults, Link, Recorder, Side, Transcript, harness};

use super::cut::Scissors;
use super::raw::{self, Pieces};
use super::{
    http_streaming_lab, long_polling_lab, raw_http_lab, server_sent_events_lab,
    short_polling_lab,
};

const RTT: Duration = Duration::from_millis(40);

fn assert_recorded(name: &str, transcript: &Transcript) {
    insta::with_settings!({
        snapshot_path => "recordings",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

#[test]
fn lab_01() {
    let transcript = harness::run("three requests are answered", async {
        // Made in here, its clock is the paused one.
        let recorder =
            Recorder::new("Two requests over one connection, and a third by hand");
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let over = CancellationToken::new();
        let config = Config {
            idle_deadline: Duration::from_millis(500),
            ..Config::default()
        };
        let server = serve(listener, raw_http_lab::answer, config, over.cancelled());
        let client = async {
            let hand = dialer.clone();
            let mut client = Client::new(dialer, "lab.example");
            let requests = [Request::get("/"), Request::post("/echo", "hello")];
            for request in requests {
                client.send(request).await.expect("an answer");
                sleep(Duration::from_millis(300)).await;
            }
            drop(client);
            let bytes = b"GET / HTTP/1.1\r\nHost : lab.example\r\n\r\n";
            let io = hand.dial().await.expect("a connection");
            raw::converse(io, bytes, Pieces::Whole)
                .await
                .expect("an end");
            over.cancel();
        };
        tokio::join!(server, client);
        recorder.transcript()
    });
    assert_recorded("lab_01", &transcript);
}

#[test]
fn lab_02() {
    let transcript = harness::run("two events are polled", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new("Five polls, one a second, and two events");
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let over = CancellationToken::new();
        let board = short_polling_lab::board();
        let server = short_polling::serve(
            listener,
            board.clone(),
            Config::default(),
            over.cancelled(),
        );
        let happen = async {
            for after in [1_350, 1_800] {
                sleep(Duration::from_millis(after)).await;
                recorder.published(board.append("something happened"));
            }
        };
        let poll = async {
            let client = Client::new(dialer, "lab.example");
            let pace = Pace::new(Duration::from_secs(1), 0.0, 0);
            let mut poller = Poller::new(client, Variant::Cursor, pace).resume_after(0);
            loop {
                match poller.next().await {
                    Notice::Event(event) => recorder.delivered(event.seq),
                    other => panic!("nothing but events: {other:?}"),
                }
                if board.last() == 2 {
                    break;
                }
            }
            over.cancel();
        };
        tokio::join!(server, happen, poll);
        recorder.transcript()
    });
    assert_recorded("lab_02", &transcript);
}

#[test]
fn lab_03() {
    let transcript = harness::run("three events are waited for", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "Three events, a silence of ten seconds, and a client that goes",
        );
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let over = CancellationToken::new();
        let board = long_polling_lab::board();
        let handler = long_polling_lab::handler(&board, &over);
        let server = serve(listener, handler, Config::default(), over.cancelled());
        let happen = async {
            for after in [1_350, 1_800, 10] {
                sleep(Duration::from_millis(after)).await;
                board.change(|board| {
                    recorder.published(board.append("something happened"));
                });
            }
        };
        let poll = async {
            let client = Client::new(dialer, "lab.example");
            let mut poller = long_polling::long_poller(client, 0).resume_after(0);
            let listen = async {
                loop {
                    match poller.next().await {
                        Notice::Event(event) => recorder.delivered(event.seq),
                        other => panic!("nothing but events: {other:?}"),
                    }
                }
            };
            let _ = timeout(Duration::from_millis(14_500), listen).await;
            drop(poller);
            sleep(RTT).await;
            over.cancel();
        };
        tokio::join!(server, happen, poll);
        recorder.transcript()
    });
    assert_recorded("lab_03", &transcript);
}

#[test]
fn lab_04() {
    let transcript = harness::run("a stream is held back, and cut", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "A stream behind a proxy that gathers, then cuts what is silent",
        );
        recorder.name(Side::Server, "proxy");
        let (dialer, front) = Link::new().rtt(RTT / 2).network(&recorder);
        let unseen = Recorder::new("behind the proxy");
        let (back, listener) = Link::new().rtt(RTT / 2).network(&unseen);
        let stage = http_streaming_lab::Streamed::new();
        let never = Duration::from_secs(3600);
        let handler = http_streaming::handler(stage.board.clone(), never);
        let (config, forever) = (Config::default(), std::future::pending());
        let server = http_streaming::serve(listener, handler, config, forever);
        let happen = async {
            let wait = |millis| sleep(Duration::from_millis(millis));
            let publish = |text| recorder.published(stage.board.append(text));
            let fault = |text, faults| {
                recorder.note(Side::Server, text);
                stage.proxy.set(faults);
            };
            wait(700).await;
            publish("something happened");
            wait(500).await;
            let hold = Some(100);
            let faults = Faults {
                hold,
                ..Faults::default()
            };
            fault("the proxy gathers 100 bytes", faults);
            for _ in 0..3 {
                wait(600).await;
                publish("and once more");
            }
            wait(500).await;
            let cut_when_idle = Some(Duration::from_secs(2));
            let faults = Faults {
                cut_when_idle,
                ..Faults::default()
            };
            fault("the proxy cuts after 2 s of silence", faults);
            wait(2_900).await;
            publish("after a silence");
            wait(400).await;
            recorder.transcript()
        };
        let read = async {
            let mut last = 0;
            loop {
                let host = "lab.example";
                let stream =
                    EventStream::follow(&dialer, host, Some(last), never).await;
                let mut stream = stream.expect("a stream");
                while let Ok(Some(Message::Event(event))) = stream.next().await {
                    recorder.delivered(event.seq);
                    last = event.seq;
                }
                sleep(Duration::from_millis(300)).await;
            }
        };
        tokio::select! {
            biased;
            transcript = happen => transcript,
            () = server => unreachable!("it serves for ever"),
            () = stage.proxy.run(front, back) => unreachable!("it goes on"),
            () = read => unreachable!("it goes on"),
        }
    });
    assert_recorded("lab_04", &transcript);
}

#[test]
fn lab_05() {
    let transcript = harness::run("a stream is cut and resumes", async {
        // Made in here, its clock is the paused one.
        let recorder =
            Recorder::new("A stream that is cut, resumes, and ends for good");
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let scissors = Scissors::default();
        let listener = scissors.reach(listener);
        let over = CancellationToken::new();
        let events = server_sent_events_lab::events();
        let stop = over.cancelled();
        let server = sse::serve(listener, events.clone(), Config::default(), stop);
        let happen = async {
            let wait = |millis| sleep(Duration::from_millis(millis));
            let publish = |text| recorder.published(events.board().append(text));
            wait(700).await;
            publish("something happened");
            wait(600).await;
            recorder.note(Side::Server, "every connection is cut");
            scissors.cut();
            wait(900).await;
            publish("while nobody listened");
            wait(2_300).await;
            publish("and once more");
            wait(800).await;
            recorder.note(Side::Server, "nothing more will happen");
            events.end();
        };
        let read = async {
            let target = "/stream?after=0";
            let options = Options::default();
            let mut reader = EventSource::new(dialer, "lab.example", target, options);
            while let Some(notice) = reader.next().await {
                if let sse::Notice::Message(message) = notice {
                    recorder.delivered(message.last_event_id);
                }
            }
            over.cancel();
        };
        tokio::join!(server, happen, read);
        recorder.transcript()
    });
    assert_recorded("lab_05", &transcript);
}
