//! The soak's other verdicts: on the server's memory, and on those who never finish.

#[path = "../examples/ch14-soak/crowd.rs"]
#[allow(dead_code, reason = "the soak uses the rest")]
mod crowd;
#[path = "../examples/ch14-soak/memory.rs"]
mod memory;
#[path = "../examples/ch14-soak/notes.rs"]
#[allow(dead_code, reason = "the soak uses the rest")]
mod notes;

use chat::protocol::Room;
use crowd::Crowd;
use notes::Log;
use tokio::runtime::Builder;
use wiretap::harness;

#[test]
fn memory_that_climbs_is_not_flat() {
    let mib = |mib: u64| mib << 10;
    let figures = |f: fn(u64) -> u64| (0..80).map(f).map(mib).collect::<Vec<_>>();
    // It fills for half of the time, and then is flat, with a spike.
    let flat = figures(|at| at.min(40) + if at == 77 { 60 } else { 0 });
    let flat = memory::is_flat(&flat).expect("it is flat");
    assert_eq!((flat.warm, flat.end), (mib(40), mib(40)));
    let climbs = memory::is_flat(&figures(|at| at / 2)).expect_err("it climbs");
    assert!(climbs.contains("from 22528 KiB to 37888 KiB"), "{climbs}");
    memory::is_flat(&figures(|at| 40 + at / 8)).expect("5 MiB are not too much");
    memory::is_flat(&[1, 2, 3]).expect_err("that is too little to tell");
}

#[test]
fn who_never_finishes_is_noticed() {
    harness::run("a crowd with one who never finishes", async {
        let mut crowd = Crowd::new();
        crowd.add(|place| async move {
            place
                .has_finished(Room::new("room-0").expect("a room"), 1)
                .await;
            std::future::pending().await
        });
        crowd.add(|_place| std::future::pending());
        let error = crowd.finish().await.expect_err("it is not finished");
        assert_eq!(error, "somebody gets no answer");
    });
    harness::run("a crowd with one who does not hear the end", async {
        let mut crowd = Crowd::new();
        crowd.add(|place| async move {
            place
                .has_finished(Room::new("room-0").expect("a room"), 1)
                .await;
            std::future::pending().await
        });
        let error = crowd.finish().await.expect_err("it is not finished");
        assert_eq!(error, "somebody does not hear the end of its room");
    });
    harness::run("a crowd with one who goes", async {
        let mut crowd = Crowd::new();
        crowd.add(|_place| std::future::pending());
        crowd.add(|_place| async { Log::default() });
        let error = crowd.finish().await.expect_err("it is not finished");
        assert_eq!(error, " has gone");
    });
}

#[test]
fn who_panics_is_noticed() {
    let runtime = Builder::new_current_thread().enable_all().build();
    let error = runtime.expect("a runtime").block_on(async {
        let mut crowd = Crowd::new();
        crowd.add(|_place| std::future::pending());
        crowd.add(|_place| async { panic!("this is part of the test") });
        crowd.finish().await.expect_err("it is not finished")
    });
    assert!(error.contains("this is part of the test"), "{error}");
}
