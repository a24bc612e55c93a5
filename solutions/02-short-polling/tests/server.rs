//! The exercises' server, with the solved board behind it: the routes and the bytes of the
//! chapter's own server.

use raw_http::{Handler, Request};
use short_polling::{Board, SharedBoard};
use sol02_short_polling::e1_since;

#[path = "../../../exercises/02-short-polling/src/server.rs"]
mod server;

#[tokio::test]
async fn it_answers_as_the_chapters_server_does() {
    let yours = server::handler();
    let capacity = std::num::NonZeroUsize::new(256).expect("256 is not 0");
    let chapters = SharedBoard::new(Board::new(capacity));
    let mut requests = vec![
        Request::get("/events?after=0"),
        Request::get("/nothing"),
        Request::new("PUT", "/events"),
        Request::post("/events", vec![0xff]),
    ];
    // More than are kept.
    requests.extend((0..300).map(|n| Request::post("/events", format!("event {n}"))));
    requests.extend([
        Request::get("/events?after=0"),
        Request::get("/events?after=299"),
        Request::new("HEAD", "/events?after=299"),
        Request::get("/events?after=301"),
        Request::get("/events?after=x"),
        Request::get("/events"),
        Request::get("/board").header("If-None-Match", "\"300\""),
    ]);
    for request in requests {
        let what = format!("{} {}", request.method, request.target);
        let expected = short_polling::answer(&chapters, &request);
        assert_eq!(yours.call(request).await, expected, "{what}");
    }
}
