//! Pages as pages.

use crate::{Book, in_a_page};

/// The pages with something of everything, by their names.
const PAGES: [&str; 9] = [
    "introduction",
    "00-wiretap",
    "01-raw-http",
    "02-short-polling",
    "03-long-polling",
    "04-http-streaming",
    "05-server-sent-events",
    "06-handshake",
    "numbers",
];

#[test]
fn pages_load_and_need_nothing_from_outside() {
    in_a_page("pages load", async |page| {
        let book = Book::serve();
        for name in PAGES {
            page.go(&format!("{}/{name}.html", book.origin)).await;
            let heading = page
                .text("document.querySelector('main h1').innerText")
                .await;
            assert!(!heading.is_empty(), "{name} has a heading");
            page.picture("main", &format!("{name}-wide")).await;
        }
        page.finish(&[]);
    });
}

#[test]
fn a_narrow_window_is_wide_enough() {
    in_a_page("pages fit in 400 px", async |page| {
        let book = Book::serve();
        page.size(400, 800).await;
        for name in PAGES {
            page.go(&format!("{}/{name}.html", book.origin)).await;
            assert_eq!(page.overflow().await, "", "{name} in 400 px");
            page.picture("main", &format!("{name}-narrow")).await;
        }
        page.finish(&[]);
    });
}

#[test]
fn a_command_is_seen_whole() {
    in_a_page("commands wrap", async |page| {
        let book = Book::serve();
        for (width, name) in [
            (1280, "06-handshake"),
            (1280, "07-frames"),
            (400, "07-frames"),
        ] {
            page.size(width, 800).await;
            page.go(&format!("{}/{name}.html", book.origin)).await;
            let commands = "[...document.querySelectorAll('code.language-sh')]";
            page.until(&format!("{commands}.length > 2")).await;
            let cut_off = page
                .text(&format!(
                    "{commands}.filter(c => c.scrollWidth > c.clientWidth)
                        .map(c => c.textContent).join()"
                ))
                .await;
            assert_eq!(cut_off, "", "{name} in {width} px");
        }
        page.finish(&[]);
    });
}

#[test]
fn the_theme_can_be_switched() {
    in_a_page("the theme is switched", async |page| {
        let book = Book::serve();
        page.go(&format!("{}/00-wiretap.html", book.origin)).await;
        let background = "getComputedStyle(document.documentElement).backgroundColor";
        let light = page.text(background).await;
        page.click("#mdbook-theme-toggle").await;
        page.click("#mdbook-theme-coal").await;
        page.until("document.documentElement.classList.contains('coal')")
            .await;
        let dark = page.text(background).await;
        assert_ne!(light, dark);
        page.picture("main", "00-wiretap-dark").await;
        // It is remembered.
        page.go(&format!("{}/02-short-polling.html", book.origin))
            .await;
        assert_eq!(page.text(background).await, dark);
        page.picture("wire-lab", "02-short-polling-dark").await;
        page.finish(&[]);
    });
}
