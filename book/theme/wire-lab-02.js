// The lab of chapter 2: this page polls a board. The page is the client, so it is here
// that an event's way is timed: from the click that publishes it to the answer that
// brings it, by this browser's own clock.
wireLab.panel("02", lab => {
    "use strict";
    const { choice, counters, el } = wireLab;

    const settings = { interval: 1000, by: "cursor", fresh: false };
    let run = null;

    const numbers = counters({
        requests: "requests", empty: "empty answers", connections: "connections",
        heads: "bytes of heads", bodies: "bytes of bodies", each: "bytes per event",
        min: "fastest", mean: "mean", max: "slowest",
    });
    const ways = wireLab.ways({
        lab, numbers, rule: "half the interval", ruled: () => settings.interval / 2,
    });
    const bytes = wireLab.chart({
        title: "Bytes in each second", unit: "bytes",
        series: [["heads", "heads"], ["bodies", "bodies"]],
    });

    // Polling

    async function poll(session, state) {
        while (run === state) {
            const began = performance.now();
            try {
                await ask(session, state);
                if (state.failures > 0) {
                    lab.say("");
                }
                state.failures = 0;
            } catch (error) {
                if (run !== state) {
                    return;
                }
                state.failures += 1;
                // What fetch throws when there is no answer says no more than that.
                lab.say(error instanceof TypeError
                    ? "No answer: does the server still run?" : error.message);
            }
            // Changing the interval ends the wait, but is no reason to ask early.
            const left = () => began - performance.now()
                + settings.interval * 2 ** Math.min(state.failures, 5);
            while (run === state && left() > 0) {
                await state.wait(left());
            }
            await wireLab.visible();
        }
    }

    async function ask(session, state) {
        const response = settings.by === "cursor"
            ? await session.fetch(`/events?after=${state.cursor}`)
            // The browser itself keeps the last answer and asks with its ETag; on a 304
            // it gives this script the answer that it has kept.
            : await session.fetch("/board", { cache: "no-cache" });
        const text = await response.text();
        if (!response.ok) {
            throw new Error(text);
        }
        const page = JSON.parse(text);
        const news = page.events.filter(event => event.seq > state.cursor);
        state.cursor = page.next;
        state.empty += news.length === 0 ? 1 : 0;
        state.delivered += news.length;
        const now = performance.now();
        for (const event of news) {
            ways.arrived(event.seq, now);
        }
        showEach(state);
        if (news.length > 0) {
            session.act("delivered", news.map(event => event.seq).slice(-100));
        }
    }

    // Waits, but no longer than until the interval is changed or the lab ends.
    function waiter() {
        let wake = () => {};
        const wait = time => new Promise(done => {
            const timer = setTimeout(done, time);
            wake = () => { clearTimeout(timer); done(); };
        });
        return { wait, wake: () => wake() };
    }

    // Showing

    function showTally(state, tally) {
        const heads = tally.request_head_bytes + tally.response_head_bytes;
        const bodies = tally.payload_bytes;
        numbers.set("requests", tally.requests);
        numbers.set("connections", tally.connections);
        numbers.set("heads", heads);
        numbers.set("bodies", bodies);
        const second = Math.floor((performance.now() - state.began) / 1000);
        while (state.seconds.length <= second) {
            state.seconds.push([0, 0]);
        }
        state.seconds[second][0] += heads - state.heads;
        state.seconds[second][1] += bodies - state.bodies;
        Object.assign(state, { heads, bodies });
        bytes.draw(state.seconds);
        showEach(state);
    }

    // The page counts answers, the instrument counts bytes; either may be first.
    function showEach(state) {
        numbers.set("empty", state.empty);
        numbers.set("each", state.delivered > 0
            ? Math.ceil((state.heads + state.bodies) / state.delivered) : undefined);
    }

    function publishByItself(state) {
        ways.publishByItself(state.session, () => run === state && automatic.checked);
    }

    // The controls

    const shown = el("output", {}, "1.0 s");
    const interval = el("input", {
        type: "range", min: 100, max: 5000, step: 100, value: 1000,
        input: () => {
            settings.interval = Number(interval.value);
            shown.textContent = `${(settings.interval / 1000).toFixed(1)} s`;
        },
        // The bars so far were measured at another interval.
        change: () => {
            if (run !== null) {
                ways.clear();
                run.wake();
            }
        },
    });
    const by = choice("Ask with", [["cursor", "a cursor"], ["etag", "an ETag"]],
        value => { settings.by = value; });
    const kept = choice("Connection", [["kept", "kept"], ["fresh", "a new one per poll"]],
        value => {
            settings.fresh = value === "fresh";
            run?.session.act("fresh", settings.fresh);
        });
    const text = el("input", { type: "text", value: "something happened", maxlength: 100 });
    const button = el("button", { type: "submit" }, "Publish");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            ways.publish(run.session, text.value);
        },
    }, el("label", { class: "lab-field" }, el("span", {}, "An event"), text), button);
    const automatic = el("input", {
        type: "checkbox", change: () => run && publishByItself(run),
    });

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "The client asks"),
            el("label", { class: "lab-field" }, el("span", {}, "Every ", shown), interval),
            by, kept),
        el("section", {},
            el("h4", {}, "On the server, something happens"),
            form,
            el("label", { class: "lab-check" }, automatic,
                el("span", {}, "also by itself, at random times"))));

    return {
        controls,
        results: el("div", { class: "lab-results" }, numbers,
            el("div", { class: "lab-charts" }, ways.element, bytes.element)),
        whileRunning: [button],
        begin(session) {
            numbers.clear();
            ways.begin();
            bytes.clear();
            run = {
                session, cursor: 0, empty: 0, delivered: 0, failures: 0, heads: 0, bodies: 0,
                began: performance.now(), seconds: [], ...waiter(),
            };
            if (settings.fresh) {
                session.act("fresh", true);
            }
            poll(session, run);
            if (automatic.checked) {
                publishByItself(run);
            }
        },
        update(tally) {
            showTally(run, tally);
        },
        end() {
            run?.wake();
            run = null;
        },
    };
});
