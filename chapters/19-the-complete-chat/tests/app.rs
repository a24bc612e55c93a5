//! The browser app: its files are served as they lie there, and its modules do in node what
//! they say. What a person sees of it is tried in Chromium by the book's own tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use the_complete_chat::app;
use tower::ServiceExt as _;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names of the files in a folder, in order.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| {
        let name = entry.expect("an entry").file_name();
        name.into_string().expect("a plain name")
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

async fn get(path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let answer = app::router().oneshot(request).await.expect("an answer");
    let kind = answer.headers().get(CONTENT_TYPE);
    let kind = kind.map_or("", |kind| kind.to_str().expect("a type"));
    let (status, kind) = (answer.status(), kind.to_owned());
    let body = answer.into_body().collect().await.expect("a body");
    let text = String::from_utf8(body.to_bytes().into()).expect("text");
    (status, kind, text)
}

#[tokio::test]
async fn each_file_is_served_as_it_lies_there() {
    let app = folder("src/app");
    for name in files(&app) {
        let (path, expected) = match name.rsplit('.').next() {
            Some("html") => ("/".to_owned(), "text/html; charset=utf-8"),
            Some("css") => (format!("/app/{name}"), "text/css; charset=utf-8"),
            _ => (format!("/app/{name}"), "text/javascript; charset=utf-8"),
        };
        let (status, kind, text) = get(&path).await;
        assert_eq!((status, &*kind), (StatusCode::OK, expected), "{path}");
        let file = fs::read_to_string(app.join(&name)).expect("a text");
        assert!(text == file, "{path} is another text than the file");
    }
    let (status, ..) = get("/app/nothing.js").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

/// What the Content-Security-Policy would stop anyway: it is not even tried.
#[test]
fn nothing_in_it_makes_markup_or_code_of_text() {
    let app = folder("src/app");
    for name in files(&app) {
        let text = fs::read_to_string(app.join(&name)).expect("a text");
        let forbidden: &[&str] = if name.ends_with(".html") {
            &[" style=", " onclick=", "<style", "<script>", "javascript:"]
        } else {
            &[
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "DOMParser",
                "cssText",
                "setAttribute(\"style\"",
            ]
        };
        for word in forbidden {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}

/// What the tests need of node: a clock that can be stopped.
const NODE: &str =
    "process.exit(Number(process.versions.node.split('.')[0]) >= 20 ? 0 : 1)";

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn its_modules_do_what_they_say() {
    let mut probe = Command::new("node");
    probe.args(["-e", NODE]).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        let message = "no node of version 20 or later here; get it from nodejs.org, or with: \
                       apt install nodejs";
        assert!(env::var_os("CI").is_none(), "{message}");
        return eprintln!("ignored: {message}");
    }
    let tests = folder("tests/app");
    let names = files(&tests).into_iter();
    let ours = names.filter(|name| name.ends_with(".test.mjs"));
    let mut node = Command::new("node");
    node.args(["--no-warnings", "--test", "--test-reporter=spec"])
        .args(ours.map(|name| tests.join(name)));
    let run = node.output().expect("node runs");
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{told}");
    assert!(told.contains("fail 0"), "{told}");
}
