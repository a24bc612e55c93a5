//! One page in the browser, and what a test may ask of it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::devtools::{DevTools, Event};

/// How long a page may take to get into a state that a test waits for.
const PATIENCE_MS: u32 = 15_000;

/// A page. What goes wrong in it is collected and must be asked for at the end, with
/// [`finish`](Self::finish).
#[derive(Debug)]
pub(crate) struct Page {
    devtools: DevTools,
    session: String,
}

impl Page {
    /// Opens an empty page.
    pub(crate) async fn open(devtools: &DevTools) -> Self {
        Self::open_as(devtools, json!({ "url": "about:blank" })).await
    }

    async fn open_as(devtools: &DevTools, blank: Value) -> Self {
        let target = devtools.call("", "Target.createTarget", blank).await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = devtools.call("", "Target.attachToTarget", attach).await;
        let session = attached["sessionId"].as_str().expect("an id").to_owned();
        let page = Self {
            devtools: devtools.clone(),
            session,
        };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), json!({})).await;
        }
        page.size(1280, 900).await;
        page
    }

    /// Opens another page in the same window.
    pub(crate) async fn beside(&self) -> Self {
        Self::open(&self.devtools).await
    }

    /// Opens another page, with cookies of its own: somebody else's browser.
    pub(crate) async fn apart(&self) -> Self {
        let context = "Target.createBrowserContext";
        let context = self.devtools.call("", context, json!({})).await;
        let id = context["browserContextId"].as_str().expect("an id");
        let blank = json!({ "url": "about:blank", "browserContextId": id });
        Self::open_as(&self.devtools, blank).await
    }

    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        self.devtools.call(&self.session, method, params).await
    }

    /// The size of the window, in CSS pixels.
    pub(crate) async fn size(&self, width: u32, height: u32) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Goes to `url` and waits until the page has loaded and its scripts have run.
    pub(crate) async fn go(&self, url: &str) {
        let went = self.call("Page.navigate", json!({ "url": url })).await;
        assert!(went["errorText"].is_null(), "{url}: {}", went["errorText"]);
        let here = serde_json::to_string(url).expect("text");
        self.until(&format!(
            "document.readyState === 'complete' && location.href === {here}"
        ))
        .await;
    }

    /// Does something that makes the page load itself anew, and waits until it has.
    pub(crate) async fn loads_anew(&self, act: impl AsyncFnOnce()) {
        let loads = || {
            let events = self.devtools.events(&self.session);
            let loaded = |event: &&Event| event.method == "Page.loadEventFired";
            events.iter().filter(loaded).count()
        };
        let before = loads();
        act().await;
        // Each answer brings along the events that were before it.
        while loads() == before {
            self.call("Page.getFrameTree", json!({})).await;
        }
    }

    /// What an expression gives; a promise is waited for.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        let order = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
            "userGesture": true,
        });
        let mut result = self.call("Runtime.evaluate", order).await;
        let failed = &result["exceptionDetails"];
        let why = failed["exception"]["description"].as_str();
        assert!(failed.is_null(), "{}", why.unwrap_or(expression));
        result["result"]["value"].take()
    }

    pub(crate) async fn text(&self, expression: &str) -> String {
        let value = self.eval(expression).await;
        match value.as_str() {
            Some(text) => text.to_owned(),
            None => panic!("{expression} gives {value}, not text"),
        }
    }

    /// Waits until `condition` holds. It is looked at whenever the page changes, so
    /// nothing is missed and nobody sleeps.
    pub(crate) async fn until(&self, condition: &str) {
        let shown = serde_json::to_string(condition).expect("text");
        self.eval(&format!(
            "new Promise((done, failed) => {{
                const look = () => {{
                    if ({condition}) {{
                        observer.disconnect();
                        removeEventListener('load', look);
                        document.removeEventListener('visibilitychange', look);
                        clearTimeout(timer);
                        done(true);
                    }}
                }};
                const observer = new MutationObserver(look);
                observer.observe(document, {{
                    subtree: true, childList: true, attributes: true, characterData: true,
                }});
                addEventListener('load', look);
                document.addEventListener('visibilitychange', look);
                const timer = setTimeout(() => failed(new Error('waited for ' + {shown}
                    + ' in:\\n' + (document.querySelector('wire-lab')
                        ?? document.body).innerText.slice(0, 800))),
                    {PATIENCE_MS});
                look();
            }})"
        ))
        .await;
    }

    /// Clicks on what `selector` finds, as a reader does: with a mouse, where it is.
    pub(crate) async fn click(&self, selector: &str) {
        let point = self
            .eval(&format!(
                "(() => {{
                    const found = document.querySelector({selector:?});
                    found.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                    const box = found.getBoundingClientRect();
                    return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
                }})()"
            ))
            .await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": point["x"], "y": point["y"],
                "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Sets a slider or a list of choices, as moving it does.
    pub(crate) async fn set(&self, selector: &str, value: &str) {
        self.eval(&format!(
            "(() => {{
                const found = document.querySelector({selector:?});
                found.value = {value:?};
                found.dispatchEvent(new Event('input', {{ bubbles: true }}));
                found.dispatchEvent(new Event('change', {{ bubbles: true }}));
            }})()"
        ))
        .await;
    }

    /// Where the page is too wide for its window: what sticks out of it.
    pub(crate) async fn overflow(&self) -> String {
        self.text(
            "document.documentElement.scrollWidth <= innerWidth ? '' :
             [...document.querySelectorAll('main *')]
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                .map(e => e.outerHTML.slice(0, 200)).slice(-3).join('\\n')
             || 'wider than ' + innerWidth",
        )
        .await
    }

    /// Takes a picture of what `selector` finds, for people to look at, if `BOOK_SHOTS`
    /// names a folder for it.
    pub(crate) async fn picture(&self, selector: &str, name: &str) {
        let Some(folder) = std::env::var_os("BOOK_SHOTS") else {
            return;
        };
        let clip = self
            .eval(&format!(
                "(() => {{
                    const box = document.querySelector({selector:?}).getBoundingClientRect();
                    return {{
                        x: box.x + scrollX - 8, y: box.y + scrollY - 8,
                        width: box.width + 16, height: box.height + 16, scale: 1,
                    }};
                }})()"
            ))
            .await;
        let order = json!({ "captureBeyondViewport": true, "clip": clip });
        let taken = self.call("Page.captureScreenshot", order).await;
        let data = taken["data"].as_str().expect("a picture");
        let file = PathBuf::from(folder).join(format!("{name}.png"));
        std::fs::write(&file, base64(data)).expect("written");
    }

    /// Checks that nothing went wrong in the page, but for the `expected`: errors in the
    /// console that contain one of these texts.
    pub(crate) fn finish(self, expected: &[&str]) {
        let mut complaints = Vec::new();
        for event in self.devtools.events(&self.session) {
            let complaint = complaint(&event.method, &event.params);
            complaints.extend(
                complaint
                    .filter(|text| !expected.iter().any(|part| text.contains(part))),
            );
        }
        assert_eq!(complaints, [] as [String; 0]);
    }
}

/// What is wrong with an event, if anything is: an error in the console, an exception, or
/// a request that leaves this machine.
fn complaint(method: &str, params: &Value) -> Option<String> {
    match method {
        "Runtime.exceptionThrown" => {
            Some(format!("exception: {}", params["exceptionDetails"]))
        }
        "Runtime.consoleAPICalled" if params["type"] == "error" => {
            Some(format!("console: {}", params["args"]))
        }
        "Log.entryAdded" if params["entry"]["level"] == "error" => {
            let entry = &params["entry"];
            Some(format!("{} {}", entry["text"], entry["url"]))
        }
        "Network.requestWillBeSent" => outside(&params["request"]["url"]),
        "Network.webSocketCreated" => outside(&params["url"]),
        _ => None,
    }
}

fn outside(url: &Value) -> Option<String> {
    let url = url.as_str().unwrap_or_default();
    let host = url.strip_prefix("http://").or(url.strip_prefix("ws://"));
    let host = host.and_then(|rest| rest.split(':').next());
    // What is below `localhost` is this machine, too (RFC 6761, section 6.3).
    let is_here = |host: &str| {
        host == "127.0.0.1" || host == "localhost" || host.ends_with(".localhost")
    };
    let is_inside = url.starts_with("data:") || host.is_some_and(is_here);
    (!is_inside).then(|| format!("a request left this machine: {url}"))
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        let value = ALPHABET.iter().position(|a| *a == c).expect("base64");
        held = held << 6 | u32::try_from(value).expect("below 64");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}
