//! The book in a real browser: its pages load, its labs run, and nothing leaves this
//! machine. A chapter with a lab adds its test to `labs`.
//!
//! Without a browser these tests say so and pass; in CI they fail. With
//! `BOOK_SHOTS=FOLDER` they leave pictures of the pages there.

mod another_site;
mod chat;
mod complete;
mod devtools;
mod door;
mod event_source;
mod gate;
mod hijacking;
mod history;
mod labs;
mod page;
mod pages;
mod programs;
mod recording;
mod slow_chat;
mod streams;

use std::io::Write as _;
use std::sync::mpsc;
use std::time::Duration;

use devtools::DevTools;
use page::Page;
use programs::{Book, Chromium, ThirdParty};

/// How long one test may take, starting both programs included.
const DEADLINE: Duration = Duration::from_secs(120);

/// Runs a scenario in a page of a fresh browser, under a deadline that stands outside.
fn in_a_page<Done>(what: &str, scenario: impl FnOnce(Page) -> Done + Send + 'static)
where
    Done: Future<Output = ()>,
{
    in_a_page_with(ThirdParty::Sent, what, scenario);
}

/// The same with other cookies.
fn in_a_page_with<Done>(
    cookies: ThirdParty,
    what: &str,
    scenario: impl FnOnce(Page) -> Done + Send + 'static,
) where
    Done: Future<Output = ()>,
{
    let Some(program) = Chromium::find() else {
        return skip(what);
    };
    let (done, outcome) = mpsc::sync_channel(1);
    let thread = std::thread::spawn(move || {
        let browser = Chromium::launch(&program, cookies);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let devtools = DevTools::connect(&browser.address).await;
            scenario(Page::open(&devtools).await).await;
            // Asked to end, the browser takes its helpers with it.
            devtools
                .call("", "Browser.close", serde_json::json!({}))
                .await;
        });
        // Nobody listens any more when the deadline has passed.
        let _ = done.send(());
    });
    match outcome.recv_timeout(DEADLINE) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{DEADLINE:?} passed: {what}"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// Says what is not tested here, past the test harness, which would swallow it.
fn skip(what: &str) {
    let how = "no chromium here: install Chromium or Chrome (Debian: apt install \
               chromium), or name it with CHROMIUM=PATH";
    assert!(std::env::var_os("CI").is_none(), "{what}: {how}");
    writeln!(std::io::stderr(), "\nignored: {what}: {how}").expect("stderr is open");
}
