//! Where our HTTP and hyper 1.12 differ, with the same handler behind both: each
//! difference by its name. What is not here is the same (see `server.rs`).

#[path = "common/stage.rs"]
mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_streaming::{Answer, Source};
use raw_http::{Config, Headers, Request};
use short_polling::scenario::Table;
use stage::{Http, RTT, Stage, board, hear_all, hear_until};
use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;
use wiretap::{Link, LinkStream, harness};

const GET: &str = "GET /stream?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";
const HOUR: Duration = Duration::from_secs(3600);

/// Runs a scenario with one server, and gives what it found.
fn with<T, Run>(http: Http, scenario: impl FnOnce(Http) -> Run) -> T
where
    T: Send + 'static,
    Run: Future<Output = T> + Send + 'static,
{
    harness::run(&format!("{http:?}"), scenario(http))
}

#[test]
fn hyper_writes_names_in_lower_case_and_sizes_in_upper_case() {
    let scenario = |http| async move {
        let stage = Stage::set(http);
        let mut io = stage.say(GET).await;
        let head = hear_until(&mut io, "\r\n\r\n").await;
        stage.board.append("abcdef");
        let size = hear_until(&mut io, "\r\n").await;
        (head.contains("\r\nContent-Type: "), size)
    };
    assert_eq!(with(Http::ByHand, scenario), (true, "1a\r\n".to_owned()));
    assert_eq!(with(Http::Hyper, scenario), (false, "1A\r\n".to_owned()));
}

#[test]
fn hyper_keeps_the_connection_after_a_stream() {
    let scenario = |http| async move {
        // A stream with an end of its own.
        let handler = |_: Request| async { Answer::Stream(Headers::new(), Pieces(1)) };
        let link = Link::new().rtt(RTT);
        let stage = Stage::serving(link, http, Config::default(), board(1), handler);
        let mut io = stage.say(&GET.repeat(2)).await;
        hear_until(&mut io, "0\r\n\r\n").await;
        io.shutdown().await.expect("it is open");
        hear_all(&mut io).await.matches("HTTP/1.1 200 OK").count()
    };
    // With the last chunk the body is over and the connection is not: this is what the
    // coding is for. Ours could do the same, and says `Connection: close` instead.
    assert_eq!(with(Http::ByHand, scenario), 0);
    assert_eq!(with(Http::Hyper, scenario), 1);
}

/// So many pieces of three bytes.
struct Pieces(usize);

impl Source for Pieces {
    async fn next(&mut self) -> Option<Bytes> {
        self.0 = self.0.checked_sub(1)?;
        Some(Bytes::from_static(b"abc"))
    }
}

/// A source that is never at a loss, and counts what it has been asked for.
struct Flood(Arc<AtomicUsize>);

impl Source for Flood {
    async fn next(&mut self) -> Option<Bytes> {
        self.0.fetch_add(1024, Ordering::Relaxed);
        Some(Bytes::from_static(&[b'x'; 1024]))
    }
}

/// Serves a flood to a reader that reads nothing, and gives the number of bytes that the
/// source was asked for.
async fn flood(http: Http, buffer_kib: usize) -> (Stage, LinkStream, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let handler = move |_: Request| {
        let source = Flood(Arc::clone(&counter));
        async move { Answer::Stream(Headers::new(), source) }
    };
    let link = Link::new().rtt(RTT);
    let mut config = Config::default();
    config.limits.head_bytes = buffer_kib << 10;
    let stage = Stage::serving(link, http, config, board(1), handler);
    let io = stage.say(GET).await;
    sleep(Duration::from_secs(1)).await;
    (stage, io, asked)
}

#[test]
fn hyper_gathers_a_buffer_for_a_slow_reader_and_ours_one_piece() {
    let taken = |buffer| {
        move |http| async move {
            let (_stage, _io, asked) = flood(http, buffer).await;
            asked.load(Ordering::Relaxed) >> 10
        }
    };
    let ours = with(Http::ByHand, taken(24));
    assert_eq!(ours, with(Http::ByHand, taken(408)), "nothing is gathered");
    // 408 KiB is what hyper takes unless it is told.
    let (small, usual) = (with(Http::Hyper, taken(24)), with(Http::Hyper, taken(408)));
    // 64 KiB are on the link in either case, and the piece itself is begun.
    assert_eq!(ours, 64);
    assert!((65..=64 + 24).contains(&small), "{small} KiB");
    assert!((364..484).contains(&usual), "{usual} KiB");
    let row = |who: &str, taken: usize| {
        let cells = [taken, taken - 64].map(|kib| kib.to_string());
        [vec![who.to_owned()], cells.to_vec()].concat()
    };
    let table = Table {
        caption: "What is taken from a source for a reader that reads nothing"
            .to_owned(),
        columns: ["server", "taken (KiB)", "and kept (KiB)"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![
            row("by hand", ours),
            row("hyper, `max_buf_size` of 24 KiB", small),
            row("hyper, by default", usual),
        ],
        note:
            "A source that always has another piece of 1,024 bytes, and a reader that \
               does not read for 1 s. 64 KiB are under way on the simulated link. By hand, \
               less than a piece is left. hyper 1.12 fills its buffer and empties it, by \
               turns, so it keeps that much at most."
                .to_owned(),
    };
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("slow_reader", table.to_json());
    });
}

#[test]
fn hyper_has_no_deadline_for_a_reader_that_reads_nothing() {
    let scenario = |http| async move {
        let (_stage, _io, asked) = flood(http, 16).await;
        sleep(HOUR).await;
        // The source is there as long as the connection is.
        Arc::strong_count(&asked) - 1
    };
    let (ours, hyper) = (with(Http::ByHand, scenario), with(Http::Hyper, scenario));
    // The handler's own is left, a clone of it in each connection, and the source.
    assert_eq!(hyper - ours, 2, "{ours}, {hyper}");
}

#[test]
fn both_tell_the_date_and_hyper_by_a_clock_of_its_own() {
    let scenario = |http| async move {
        let config = Config {
            clock: Some(|| SystemTime::UNIX_EPOCH),
            ..Config::default()
        };
        let stage = Stage::on(Link::new().rtt(RTT), http, config);
        let head = hear_until(&mut stage.say(GET).await, "\r\n\r\n").await;
        let dates = head.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("date").then(|| value.to_owned())
        });
        dates.collect::<Vec<_>>()
    };
    assert_eq!(
        with(Http::ByHand, scenario),
        ["Thu, 01 Jan 1970 00:00:00 GMT"]
    );
    // hyper looks at a clock of its own: the system's.
    let hyper = with(Http::Hyper, scenario);
    assert_eq!(hyper.len(), 1);
    assert!(!hyper[0].contains("1970"), "{hyper:?}");
}

/// RFC 9112 §2.2 lets a server take LF alone for a line end; ours refuses what a proxy in
/// front of it might read in another way.
#[test]
fn hyper_forgives_a_line_end_without_cr() {
    let scenario = |http| async move {
        let stage = Stage::set(http);
        let mut io = stage.say("GET /nothing HTTP/1.1\nHost: x\n\n").await;
        hear_until(&mut io, "\r\n").await
    };
    assert_eq!(with(Http::ByHand, scenario), "HTTP/1.1 400 Bad Request\r\n");
    assert_eq!(with(Http::Hyper, scenario), "HTTP/1.1 404 Not Found\r\n");
}
