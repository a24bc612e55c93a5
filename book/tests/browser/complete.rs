//! Chapter 19's app in the hands of two people, wide and on a phone, light and dark: nothing
//! is lost, nothing is doubled, and axe-core finds nothing that keeps anybody out.

mod actions;
mod axe;
mod history;
mod server;
mod trouble;

use serde_json::json;

use crate::in_a_page;
use actions::{
    WORDS, create, enter, has_unread, holds, is_in, look, open, press, say, shown,
    sign_up, stands, write_to,
};
use server::Stopped;

#[test]
fn two_people_sign_up_and_talk() {
    in_a_page("two people in a public room", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.apart().await);
        ann.go(&url).await;
        shown(&ann, "sign").await;
        look(&ann, "sign-up").await;
        sign_up(&ann, &url, "Ann").await;
        shown(&ann, "welcome").await;
        look(&ann, "welcome").await;
        create(&ann, "harbour", "public").await;
        look(&ann, "empty-room").await;
        sign_up(&bob, &url, "Bob").await;
        enter(&bob, "harbour").await;
        holds(&ann, "subtitle", "2 here").await;

        say(&ann, "Is the ferry late?").await;
        stands(&ann, &["Is the ferry late?"]).await;
        stands(&bob, &["Is the ferry late?"]).await;
        holds(&bob, "announce", "Ann: Is the ferry late?").await;
        bob.set("#text", "As alw").await;
        holds(&ann, "typing", "Bob is writing").await;
        say(&bob, "As always.").await;
        for page in [&ann, &bob] {
            stands(page, &["Is the ferry late?", "As always."]).await;
        }
        ann.click("#people-open").await;
        holds(&ann, "here", "Bob").await;
        look(&ann, "talk").await;
        ann.click("#panel-close").await;
        // Who goes is not there any more.
        bob.go(&format!("{url}app/base.css")).await;
        holds(&ann, "subtitle", "1 here").await;
        for page in [ann, bob] {
            // A style that is looked at as a page has no icon.
            page.finish(&["favicon.ico"]);
        }
    });
}

#[test]
fn what_was_said_is_changed_taken_back_and_found() {
    in_a_page("edit, delete and search", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.apart().await);
        sign_up(&ann, &url, "Ann").await;
        create(&ann, "harbour", "public").await;
        sign_up(&bob, &url, "Bob").await;
        enter(&bob, "harbour").await;
        let markup = "<img src=x onerror=alert(1)><b>bold</b>";
        let said = [markup, "The fery leaves at nine", "Nobody needs to know"];
        for text in said {
            say(&ann, text).await;
        }
        stands(&bob, &said).await;
        // What others have said is theirs.
        let buttons = "String(document.querySelectorAll('#log .acts').length)";
        assert_eq!(bob.text(buttons).await, "0");

        press(&ann, said[1], "Change").await;
        look(&ann, "change").await;
        assert_eq!(ann.text("document.activeElement.value").await, said[1]);
        say(&ann, "The ferry leaves at nine").await;
        press(&ann, said[2], "Delete").await;
        shown(&ann, "confirm-dialog").await;
        look(&ann, "confirm").await;
        ann.click("#confirm-yes").await;
        let now = [markup, "The ferry leaves at nine", "This was deleted."];
        for page in [&ann, &bob] {
            stands(page, &now).await;
            holds(page, "log", "edited").await;
        }
        bob.click("#search-open").await;
        bob.set("#query", "ferr").await;
        bob.click("#search-form button").await;
        holds(&bob, "found-title", "1 found for “ferr”").await;
        look(&bob, "found").await;
        // On a phone what was found lies above the room, and goes away for it.
        bob.size(400, 780).await;
        bob.until("document.getElementById('conversation').inert")
            .await;
        bob.click("#hits button").await;
        bob.until("document.activeElement.textContent.includes('The ferry leaves')")
            .await;
        let elements = "String(document.querySelectorAll('#chat img, #chat b').length)";
        for page in [ann, bob] {
            assert_eq!(page.text(elements).await, "0");
            page.finish(&[]);
        }
    });
}

#[test]
fn rooms_are_for_those_who_are_invited_and_conversations_for_two() {
    in_a_page("a private room, and a direct one", async |ann| {
        let server = Stopped::new().start().await;
        let (url, bob) = (server.url(), ann.apart().await);
        sign_up(&ann, &url, "Ann").await;
        sign_up(&bob, &url, "Bob").await;
        create(&ann, "surprise", "private").await;
        say(&ann, "He must not know").await;
        // Nobody sees it who is not invited.
        bob.eval("document.getElementById('browse-open').click()")
            .await;
        holds(&bob, "browse-list", "There is none yet").await;
        look(&bob, "browse").await;
        bob.click("#browse-dialog [data-close]").await;

        ann.click("#invite-open").await;
        shown(&ann, "name-dialog").await;
        ann.set("#name-name", "Bop").await;
        ann.click("#name-dialog .primary").await;
        holds(&ann, "name-dialog", "Nobody here has this name.").await;
        look(&ann, "nobody").await;
        ann.set("#name-name", "Bob").await;
        ann.click("#name-dialog .primary").await;
        ann.until("!document.querySelector('dialog[open]')").await;
        open(&bob, "surprise").await;
        stands(&bob, &["He must not know"]).await;
        ann.click("#people-open").await;
        holds(&ann, "here", "Bob").await;
        look(&ann, "invited").await;
        ann.click("#panel-close").await;

        write_to(&ann, "Bob").await;
        for text in ["It is for Carla", "She has no idea"] {
            say(&ann, text).await;
        }
        has_unread(&bob, "Ann", "2").await;
        look(&bob, "unread").await;
        open(&bob, "Ann").await;
        stands(&bob, &["It is for Carla", "She has no idea"]).await;
        has_unread(&bob, "Ann", "").await;
        say(&bob, "Good").await;
        stands(&ann, &["It is for Carla", "She has no idea", "Good"]).await;
        look(&ann, "direct").await;
        // Another window of hers has read it as well, and forgets nothing.
        let again = ann.beside().await;
        again.go(&url).await;
        open(&again, "Bob").await;
        stands(&again, &["It is for Carla", "She has no idea", "Good"]).await;
        has_unread(&again, "Bob", "").await;
        for page in [ann, bob, again] {
            // The name that nobody has is answered 404, which Chromium writes down.
            page.finish(&["status of 404"]);
        }
    });
}

#[test]
fn everything_is_reached_by_keyboard_and_the_rooms_by_a_drawer() {
    in_a_page("keys, dialogs and the drawer", async |ann| {
        let server = Stopped::new().start().await;
        sign_up(&ann, &server.url(), "Ann").await;
        create(&ann, "harbour", "public").await;
        create(&ann, "pier", "public").await;
        let key = async |key: &str, code: u32, modifiers: u32| {
            for kind in ["rawKeyDown", "keyUp"] {
                let event = json!({
                    "type": kind, "key": key, "windowsVirtualKeyCode": code,
                    "modifiers": modifiers,
                });
                ann.call("Input.dispatchKeyEvent", event).await;
            }
        };
        const ALT: u32 = 1;
        const CONTROL: u32 = 2;
        key("ArrowUp", 38, ALT).await;
        is_in(&ann, "harbour").await;
        key("ArrowDown", 40, ALT).await;
        is_in(&ann, "pier").await;
        // Upwards in an empty field: what one said last.
        for text in ["first", "second"] {
            say(&ann, text).await;
        }
        stands(&ann, &["first", "second"]).await;
        ann.until("document.querySelectorAll('#log .acts').length === 2")
            .await;
        key("ArrowUp", 38, 0).await;
        assert_eq!(ann.text("document.activeElement.value").await, "second");
        key("Escape", 27, 0).await;
        assert_eq!(ann.text("document.activeElement.value").await, "");
        // From one message to the other, and to what can be done with it.
        ann.eval("document.getElementById('scroll').focus()").await;
        key("ArrowUp", 38, 0).await;
        key("ArrowUp", 38, 0).await;
        ann.until(
            "document.activeElement.querySelector('.words')?.textContent === 'first'",
        )
        .await;
        look(&ann, "active").await;
        key("Delete", 46, 0).await;
        shown(&ann, "confirm-dialog").await;
        key("Escape", 27, 0).await;
        ann.until("!document.querySelector('dialog[open]')").await;
        key("/", 191, CONTROL).await;
        shown(&ann, "help-dialog").await;
        look(&ann, "help").await;
        key("Escape", 27, 0).await;
        for (opens, dialog) in [("create-open", "create"), ("account-open", "account")]
        {
            ann.eval(&format!("document.getElementById({opens:?}).click()"))
                .await;
            shown(&ann, &format!("{dialog}-dialog")).await;
            look(&ann, dialog).await;
            key("Escape", 27, 0).await;
        }
        // On a phone the list is a drawer, which takes the focus and gives it back.
        ann.size(400, 780).await;
        ann.until("document.getElementById('sidebar').inert").await;
        ann.click("#drawer-open").await;
        ann.until("document.activeElement.id === 'drawer-close'")
            .await;
        ann.picture("html", "19-drawer-400").await;
        key("Escape", 27, 0).await;
        ann.until("document.activeElement.id === 'drawer-open'")
            .await;
        assert_eq!(ann.text(&format!("{WORDS}.join()")).await, "first,second");
        ann.finish(&[]);
    });
}
