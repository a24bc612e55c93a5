// The lab of chapter 5: the browser's own EventSource reads the stream. This script starts
// it and looks on; that it comes back after a cut, and with which id, is the browser's.
wireLab.panel("05", lab => {
    "use strict";
    const { counters, el } = wireLab;

    const STATES = ["connecting", "open", "closed for good"];
    const MOST_TOLD = 6;
    let run = null;

    const numbers = counters({
        messages: "messages", repeated: "told twice", missing: "never told",
        connections: "connections", requests: "requests",
        heads: "bytes of heads", bodies: "bytes of bodies", each: "bytes per message",
    });
    const ways = wireLab.ways({ lab });

    // Reading

    const standing = el("output", { class: "lab-state" }, "not there yet");
    const told = el("ol", { class: "lab-told" });

    function read(state) {
        state.source?.close();
        // Only the first request asks with this; later ones have Last-Event-ID.
        const source = new EventSource(`${state.session.base}/stream?after=${state.last}`);
        state.source = source;
        source.onopen = () => show(state);
        source.onerror = () => {
            show(state);
            if (source.readyState === EventSource.CLOSED && run === state) {
                lab.say("Any answer but 200 ends an EventSource, and its script is not told "
                    + "which it was. The transcript shows it.");
            }
        };
        source.onmessage = event => {
            take(state, Number(event.lastEventId), `event ${event.lastEventId}: ${event.data}`);
        };
        source.addEventListener("gap", event => {
            take(state, Number(event.lastEventId), `a gap: ${event.data}`);
        });
        source.addEventListener("restarted", event => {
            // A server that was started again has another board: it counts from 1.
            state.last = 0;
            ways.anotherBoard();
            tell(state, `another board: ${event.data}`);
            lab.say("The server was started again, and its board is a new one: what the "
                + "old one had is not on it.");
        });
        show(state);
    }

    function show({ source }) {
        standing.textContent = source ? STATES[source.readyState] : "not there";
        standing.dataset.state = source ? source.readyState : "";
    }

    function take(state, id, text) {
        if (id <= state.last) {
            state.repeated += 1;
        } else {
            state.missing += id - state.last - 1;
            state.last = id;
        }
        tell(state, text);
        ways.arrived(id);
        state.session.act("delivered", [id]).catch(() => {});
    }

    function tell(state, text) {
        state.messages += 1;
        told.prepend(el("li", {}, text));
        while (told.children.length > MOST_TOLD) {
            told.lastElementChild.remove();
        }
        showNumbers(state);
    }

    async function act(name) {
        try {
            lab.say("");
            await run.session.act(name);
        } catch (error) {
            lab.say(error.message);
        }
    }

    // Showing

    function showNumbers(state) {
        numbers.set("messages", state.messages);
        numbers.set("repeated", state.repeated);
        numbers.set("missing", state.missing);
        const bytes = (state.heads ?? 0) + (state.bodies ?? 0);
        numbers.set("each", state.messages > 0
            ? Math.ceil(bytes / state.messages) : undefined);
    }

    // The controls

    // Of several lines: each of them is a line of data.
    const text = el("textarea", { rows: 2, maxlength: 200 }, "something happened");
    const button = el("button", { type: "submit" }, "Publish");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            lab.say("");
            ways.publish(run.session, text.value);
        },
    }, el("label", { class: "lab-field" }, el("span", {}, "An event"), text), button);
    const cut = el("button", { type: "button", class: "lab-cut", click: () => act("cut") },
        "Cut the connection");
    const end = el("button", { type: "button", class: "lab-end", click: () => act("end") },
        "It is over: 204");
    const again = el("button", {
        type: "button", class: "lab-again", click: () => {
            lab.say("");
            read(run);
        },
    }, "A new EventSource");

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Your browser reads"),
            el("div", { class: "lab-field" },
                el("span", {}, "Its EventSource is"), standing),
            el("div", { class: "lab-bar" }, cut, again),
            told),
        el("section", {},
            el("h4", {}, "On the server, something happens"),
            form, el("div", { class: "lab-bar" }, end)));

    // A page that cannot be seen holds no connection open, and goes on where it was.
    document.addEventListener("visibilitychange", () => {
        if (run && document.hidden) {
            run.source?.close();
        } else if (run) {
            read(run);
        }
    });

    return {
        controls,
        results: el("div", { class: "lab-results" }, numbers,
            el("div", { class: "lab-charts" }, ways.element)),
        whileRunning: [button, cut, end, again],
        begin(session) {
            numbers.clear();
            ways.begin();
            told.replaceChildren();
            run = {
                session, last: 0, messages: 0, repeated: 0, missing: 0,
            };
            read(run);
        },
        update(tally) {
            run.heads = tally.request_head_bytes + tally.response_head_bytes;
            run.bodies = tally.payload_bytes;
            numbers.set("requests", tally.requests);
            numbers.set("connections", tally.connections);
            numbers.set("heads", run.heads);
            numbers.set("bodies", run.bodies);
            showNumbers(run);
        },
        end() {
            run?.source?.close();
            run = null;
            standing.textContent = "not there";
        },
    };
});
