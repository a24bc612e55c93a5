// The lab of chapter 4: this page reads a stream with fetch, and an intermediary on the
// way misbehaves as the reader likes. Everything that a stream lacks is in this script:
// cutting it into lines, noticing a silence, coming back with the last number.
wireLab.panel("04", lab => {
    "use strict";
    const { choice, counters, el } = wireLab;

    const FAULTS = {
        none: {},
        hold: { hold: 200 },
        cut: { cut_when_idle_ms: 4000 },
        fin: { drop_fin: true },
    };
    const MOST_TOLD = 6;
    // More than three of the empty lines that the server then sends.
    const SILENCE = 7000;
    const settings = { fault: "none", whole: false, alive: false };
    let run = null;

    const numbers = counters({
        events: "events", pieces: "pieces read", empty: "empty lines", streams: "streams",
        connections: "connections", heads: "bytes of heads", bodies: "bytes of bodies",
        each: "bytes per event", mean: "mean latency",
    });
    const ways = wireLab.ways({ lab });

    // Reading

    const standing = el("output", { class: "lab-state" }, "not there yet");
    const told = el("ol", { class: "lab-told" });

    async function follow(state) {
        while (run === state) {
            let why;
            try {
                state.broken = new AbortController();
                await readStream(state);
                why = "The server has ended the stream.";
            } catch (error) {
                // A page that goes away, or comes back, is no failure of the stream.
                why = state.why ?? `The stream broke off: ${sentence(error.message)}`;
                state.why = undefined;
            }
            if (run !== state) {
                return;
            }
            show("between two streams");
            state.lost = why;
            if (why) {
                lab.say(`${why} It is asked for again, after event ${state.last}.`);
            }
            await new Promise(done => setTimeout(done, 1000));
            await wireLab.visible();
        }
    }

    async function readStream(state) {
        show("asking");
        const { signal } = state.broken;
        state.streams += 1;
        state.held = "";
        const asked = state.session.fetch(`/stream?after=${state.last}`, { signal });
        const response = await patient(state, asked);
        if (!response.ok) {
            throw new Error(await response.text());
        }
        show("open");
        if (state.lost) {
            lab.say(`${state.lost} Asked for again, after event ${state.last}, it is open.`);
            state.lost = "";
        }
        if (settings.whole) {
            take(state, await response.text());
            return;
        }
        const reader = response.body.getReader();
        // A character may lie in two pieces, so the decoder remembers the half of one.
        const decoder = new TextDecoder();
        for (;;) {
            const { done, value } = await patient(state, reader.read());
            if (done) {
                return;
            }
            state.pieces += 1;
            take(state, decoder.decode(value, { stream: true }));
        }
    }

    // What somebody else has written, with one full stop at its end.
    const sentence = text => `${text.trim().replace(/\.$/, "")}.`;

    // The server of the exercise tells events and nothing else.
    const toldInSilence = () => settings.alive && lab.target !== "mine";

    // Waits for the next piece, but not for ever: with empty lines, silence means something.
    async function patient(state, promise) {
        if (!toldInSilence()) {
            return promise;
        }
        const timer = setTimeout(() => {
            state.why = `Not a byte in ${SILENCE / 1000} s, so nobody is there.`;
            state.broken.abort();
        }, SILENCE);
        try {
            return await promise;
        } finally {
            clearTimeout(timer);
        }
    }

    function take(state, text) {
        const lines = (state.held + text).split("\n");
        // What follows the last line end is the beginning of a line, or nothing.
        state.held = lines.pop();
        const now = performance.now();
        for (const line of lines) {
            if (line.trim() === "") {
                state.empty += 1;
                continue;
            }
            const message = JSON.parse(line);
            state.last = message.seq ?? message.gap.last;
            if (message.seq !== undefined) {
                state.events += 1;
                ways.arrived(message.seq, now);
                state.session.act("delivered", [message.seq]).catch(() => {});
            }
            told.prepend(el("li", {}, line));
            while (told.children.length > MOST_TOLD) {
                told.lastElementChild.remove();
            }
        }
        showNumbers(state);
    }

    // A page that cannot be seen holds no connection open, and goes on where it was.
    document.addEventListener("visibilitychange", () => {
        if (run && document.hidden) {
            run.why = "";
            run.broken.abort();
        }
    });

    // Misbehaving

    function order() {
        run?.session.act("faults", {
            hold: null, cut_when_idle_ms: null, drop_fin: false,
            keep_alive_ms: toldInSilence() ? 2000 : null, ...FAULTS[settings.fault],
        }).catch(error => lab.say(error.message));
    }

    // What counts for a stream from its beginning: begin another one.
    function anew() {
        order();
        if (run) {
            run.why = "";
            run.broken.abort();
        }
    }

    // Showing

    function show(text) {
        standing.textContent = text;
        standing.dataset.state = text === "open" ? 1 : 0;
    }

    function showNumbers(state) {
        for (const name of ["events", "pieces", "empty", "streams"]) {
            numbers.set(name, state[name]);
        }
        const bytes = (state.heads ?? 0) + (state.bodies ?? 0);
        numbers.set("each", state.events > 0 ? Math.ceil(bytes / state.events) : undefined);
        numbers.set("mean", ways.mean());
    }

    // The controls

    const faults = choice("A proxy", [["none", "passes everything on"],
        ["hold", "gathers 200 bytes"], ["cut", "cuts after 4 s of silence"],
        ["fin", "tells nobody of an end"]], value => {
        settings.fault = value;
        order();
    });
    const reads = choice("Read", [["pieces", "piece by piece"],
        ["whole", "the whole answer"]], value => {
        settings.whole = value === "whole";
        anew();
    });
    const silence = choice("Silence", [["nothing", "nothing is said"],
        ["alive", "an empty line every 2 s"]], value => {
        settings.alive = value === "alive";
        anew();
    });
    const text = el("input", { type: "text", value: "something happened", maxlength: 100 });
    const button = el("button", { type: "submit" }, "Publish");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            ways.publish(run.session, text.value);
        },
    }, el("label", { class: "lab-field" }, el("span", {}, "An event"), text), button);
    const crash = el("button", {
        type: "button", class: "lab-cut", click: () => run.session.act("cut")
            .catch(error => lab.say(error.message)),
    }, "The server breaks off");

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Your browser reads"),
            el("div", { class: "lab-field" }, el("span", {}, "The stream is"), standing),
            reads, told),
        el("section", {},
            el("h4", {}, "On the server, something happens"),
            form, silence, el("div", { class: "lab-bar" }, crash)),
        el("section", {},
            el("h4", {}, "In between"),
            faults));

    return {
        controls,
        farEnd: "proxy",
        results: el("div", { class: "lab-results" }, numbers,
            el("div", { class: "lab-charts" }, ways.element)),
        whileRunning: [button, crash],
        begin(session) {
            numbers.clear();
            ways.begin();
            told.replaceChildren();
            run = {
                session, last: 0, events: 0, pieces: 0, empty: 0, streams: 0, held: "",
                broken: new AbortController(),
            };
            silence.disabled = lab.target === "mine";
            if (lab.target === "mine") {
                lab.say("Your browser asks your own server. The lab stands in between: it "
                    + "takes the chunks off and puts them on again. Your server tells no "
                    + "empty lines.");
            }
            order();
            follow(run);
        },
        update(tally) {
            run.heads = tally.request_head_bytes + tally.response_head_bytes;
            run.bodies = tally.payload_bytes;
            numbers.set("connections", tally.connections);
            numbers.set("heads", run.heads);
            numbers.set("bodies", run.bodies);
            showNumbers(run);
        },
        end() {
            const state = run;
            run = null;
            state?.broken.abort();
            silence.disabled = false;
            show("not there");
        },
    };
});
