//! What was said before: it comes as one scrolls, and what one looks at stays where it is.

use super::actions::{
    WORDS, create, has_unread, holds, is_connected, look, open, sign_up,
};
use super::server::Stopped;
use crate::{Page, in_a_page};

/// The words in the middle of what is seen, and where they stand.
const MIDDLE: &str = "(() => {
    const scroll = document.getElementById('scroll');
    const middle = scroll.getBoundingClientRect().top + scroll.clientHeight / 2;
    const item = [...document.querySelectorAll('#log .message')]
        .find(it => it.getBoundingClientRect().bottom > middle);
    return `${item.querySelector('.words').textContent} at `
        + `${Math.round(item.getBoundingClientRect().top)}`;
})()";

async fn numbers(page: &Page) -> Vec<u32> {
    let words = page.text(&format!("{WORDS}.join()")).await;
    let numbers = words.split(',').map(|it| it.trim_start_matches("message "));
    numbers.map(|it| it.parse().expect("a number")).collect()
}

async fn has(page: &Page, first: u32, last: u32) {
    page.until(&format!(
        "{WORDS}[0] === 'message {first}' && {WORDS}.at(-1) === 'message {last}'"
    ))
    .await;
    assert_eq!(numbers(page).await, (first..=last).collect::<Vec<_>>());
}

#[test]
fn older_messages_come_as_one_scrolls_and_the_place_stays() {
    in_a_page("history while one scrolls", async |ann| {
        let server = Stopped::new().start().await;
        sign_up(&ann, &server.url(), "Ann").await;
        create(&ann, "harbour", "public").await;
        create(&ann, "pier", "public").await;
        let server = server.drain().await.says("harbour", 1..=120).await;
        let server = server.start().await;
        is_connected(&ann).await;
        // In the other room they are counted, and none is read.
        has_unread(&ann, "harbour", "99+").await;
        open(&ann, "harbour").await;
        has(&ann, 1, 120).await;
        holds(&ann, "log", "New").await;
        look(&ann, "new").await;
        ann.click("#jump").await;
        has_unread(&ann, "harbour", "").await;

        // After a reload what was read is asked for when somebody wants to see it.
        ann.eval(
            "new Promise(done => new PerformanceObserver(list =>
                list.getEntries().some(({ name }) => name.endsWith('/read')) && done()
            ).observe({ type: 'resource', buffered: true }))",
        )
        .await;
        ann.go(&server.url()).await;
        has(&ann, 71, 120).await;
        ann.eval(
            "(() => {
                const scroll = document.getElementById('scroll');
                scroll.scrollTop = 500;
                scroll.dispatchEvent(new Event('scroll'));
            })()",
        )
        .await;
        let before = ann.text(MIDDLE).await;
        ann.eval("document.getElementById('older').click()").await;
        has(&ann, 21, 120).await;
        assert_eq!(ann.text(MIDDLE).await, before);
        ann.eval("document.getElementById('scroll').scrollTop = 0")
            .await;
        has(&ann, 1, 120).await;
        holds(&ann, "beginning", "Here begins").await;

        // What comes now does not take away what one looks at.
        let before = ann.text(MIDDLE).await;
        let server = server.drain().await.says("harbour", 121..=122).await;
        let _server = server.start().await;
        is_connected(&ann).await;
        has(&ann, 1, 122).await;
        holds(&ann, "jump", "2 new").await;
        assert_eq!(ann.text(MIDDLE).await, before);
        look(&ann, "above").await;
        ann.finish(&["net::ERR_"]);
    });
}

#[test]
fn what_is_too_much_to_be_told_is_among_the_older_messages() {
    in_a_page("a gap", async |ann| {
        let server = Stopped::new().start().await;
        sign_up(&ann, &server.url(), "Ann").await;
        create(&ann, "harbour", "public").await;
        create(&ann, "pier", "public").await;
        let server = server.drain().await.says("harbour", 1..=1010).await;
        let server = server.start().await;
        ann.go(&server.url()).await;
        open(&ann, "harbour").await;
        // One begins where the new ones begin, and the older ones come by themselves.
        has(&ann, 1, 1010).await;
        ann.until("!document.querySelector('#log .gap')").await;
        ann.finish(&["net::ERR_"]);
    });
}
