// The lab of chapter 1: requests of this browser, and bytes written by hand.
wireLab.panel("01", lab => {
    "use strict";
    const { choice, count, counters, el } = wireLab;

    // Each line is written as it is shown, with \r\n at its end where it says so.
    const HOST = "Host: example.org\\r\\n\n";
    const GET = "GET / HTTP/1.1\\r\\n\n";
    const END = "\\r\\n\n";
    const POST = `POST /echo HTTP/1.1\\r\\n\n${HOST}`;
    const PRESETS = {
        "a request": `${GET}${HOST}${END}`,
        "no Host": `${GET}${END}`,
        "two Hosts": `${GET}Host: one.example\\r\\n\nHost: two.example\\r\\n\n${END}`,
        "two requests at once": `${GET}${HOST}${END}GET /nothing HTTP/1.1\\r\\n\n${HOST}${END}`,
        "a length too small": `${POST}Content-Length: 3\\r\\n\n${END}hello!\n`,
        "a length too large": `${POST}Content-Length: 9\\r\\n\n${END}hello!\n`,
        "two lengths": `${POST}Content-Length: 5\\r\\n\nContent-Length: 6\\r\\n\n${END}hello!\n`,
        "space before the colon": `${GET}Host : example.org\\r\\n\n${END}`,
        "a bare CR": `${GET}${HOST}X-Note: one\\rX-Forged: two\\r\\n\n${END}`,
        "half a request": `${GET}Host: exam\n`,
        "HTTP/1.0": `GET / HTTP/1.0\\r\\n\n${END}`,
        "no HTTP at all": "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\n",
    };

    const numbers = counters({
        requests: "requests understood", responses: "answers and refusals", connections: "connections",
        heads: "bytes of heads", bodies: "bytes of bodies",
    });

    // By the browser

    const echoed = el("input", { type: "text", value: "hello", maxlength: 100 });
    const answer = el("output", { class: "lab-answer" });
    let session = null;

    async function ask(method, path, body) {
        if (session === null) {
            return;
        }
        const began = performance.now();
        try {
            const response = await session.fetch(path, { method, body });
            const content = await response.arrayBuffer();
            const took = (performance.now() - began).toFixed(1);
            answer.textContent = `${method} ${path} was answered with ${response.status} `
                + `${response.statusText} and ${count(content.byteLength, "byte")}, `
                + `${took} ms later.`;
            // From the book program, when the reader's own server gives no answer.
            const isExplained = [502, 504].includes(response.status);
            lab.say(isExplained ? new TextDecoder().decode(content) : "");
        } catch {
            answer.textContent = `${method} ${path} got no answer that this page may read.`;
        }
    }

    const request = (method, path, content = () => undefined) => el("button", {
        type: "button", click: () => ask(method, path, content()),
    }, `${method} ${path}`);
    const requests = [request("GET", "/"), request("HEAD", "/"), request("GET", "/nothing"),
        request("POST", "/echo", () => echoed.value)];
    const kept = choice("Connection", [["kept", "kept"], ["fresh", "a new one each time"]],
        value => session?.act("fresh", value === "fresh"));
    let isFresh = false;
    kept.addEventListener("change", event => { isFresh = event.target.value === "fresh"; });

    // By hand

    const text = el("textarea", {
        rows: 5, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
        maxlength: 16000,
    });
    text.value = PRESETS["a request"];
    const presets = el("select", {
        change: () => { text.value = PRESETS[presets.value]; },
    }, ...Object.keys(PRESETS).map(name => el("option", { value: name }, name)));
    let cut = "whole";
    const cuts = choice("Written", [["whole", "in one write"],
        ["bytes", "one byte at a time"]], value => { cut = value; });
    const send = el("button", { type: "button", click: sendBytes }, "Send these bytes");

    async function sendBytes() {
        send.disabled = true;
        try {
            await session.act("raw", { text: text.value, cut });
            lab.say("");
        } catch (error) {
            lab.say(error.message);
        }
        send.disabled = session === null;
    }

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "By your browser"),
            el("div", { class: "lab-bar" }, ...requests),
            el("label", { class: "lab-field" }, el("span", {}, "Body of the POST"), echoed),
            kept, answer),
        el("section", {},
            el("h4", {}, "By hand"),
            el("label", { class: "lab-field" }, el("span", {}, "Begin with"), presets),
            el("label", { class: "lab-field lab-wide" },
                el("span", {}, "Bytes: \\r, \\n and \\x16 are written out, a new line here is none"), text),
            cuts, el("div", { class: "lab-bar" }, send)));

    return {
        controls,
        results: numbers,
        whileRunning: [...requests, send],
        begin(started) {
            session = started;
            numbers.clear();
            answer.textContent = "";
            if (isFresh) {
                session.act("fresh", true);
            }
        },
        update(tally) {
            numbers.set("requests", tally.requests);
            numbers.set("responses", tally.responses);
            numbers.set("connections", tally.connections);
            numbers.set("heads", tally.request_head_bytes + tally.response_head_bytes);
            numbers.set("bodies", tally.payload_bytes);
        },
        end() {
            session = null;
        },
    };
});
