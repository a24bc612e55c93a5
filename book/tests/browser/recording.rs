//! The static site: no program behind it, and the labs replay.

use std::path::PathBuf;

use raw_http::{Config, Request, Response, serve};
use tokio::net::TcpListener;

use crate::{Book, in_a_page};

/// Answers with a file of `folder`: the smallest server that a static site needs.
fn file(folder: &std::path::Path, request: &Request) -> Response {
    let (path, _) = request.path_and_query();
    let path = path.trim_start_matches('/');
    if path.split('/').any(|part| part == "..") {
        return Response::text(404, "");
    }
    let media_type = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css",
        "js" => "text/javascript",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    };
    match std::fs::read(folder.join(path)) {
        Ok(bytes) => Response::with_type(200, media_type, bytes),
        Err(_) => Response::text(404, ""),
    }
}

#[test]
fn a_static_site_replays_its_recordings() {
    in_a_page("the static site replays", async |page| {
        let folder = tempfile::tempdir().expect("a folder");
        let site: PathBuf = folder.path().join("site");
        Book::build(&site);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let handler = move |request: Request| {
            let response = file(&site, &request);
            async move { response }
        };
        tokio::spawn(serve(
            listener,
            handler,
            Config::default(),
            std::future::pending(),
        ));

        for name in [
            "01-raw-http",
            "02-short-polling",
            "05-server-sent-events",
            "06-handshake",
            "07-frames",
            "08-messages",
            "09-connection",
        ] {
            page.go(&format!("http://{address}/{name}.html")).await;
            page.until("document.querySelector('wire-lab').dataset.mode === 'replay'")
                .await;
            let notice = page
                .text("document.querySelector('wire-lab .lab-notice').innerText")
                .await;
            assert!(notice.contains("This is a recording."), "{notice}");
            assert!(notice.contains("cargo run"), "{notice}");

            // From the end, a step goes to the beginning; then it plays to the end.
            let future = "document.querySelectorAll('wire-lab .lab-future').length";
            page.until(&format!("{future} === 0")).await;
            page.click("wire-lab .lab-bar button:nth-of-type(2)").await;
            page.until(&format!("{future} > 5")).await;
            page.picture("wire-lab", &format!("{name}-step")).await;
            page.set("wire-lab select", "4").await;
            page.click("wire-lab .lab-bar button:nth-of-type(1)").await;
            page.until(&format!("{future} === 0")).await;
        }
        page.finish(&[]);
    });
}
