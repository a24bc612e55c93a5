// The lab of chapter 3: this page asks, and waits. Its question is held by the server
// until something happens, or until its time is up.
wireLab.panel("03", lab => {
    "use strict";
    const { choice, counters, el } = wireLab;

    // A server that does not hold is asked no more often than this.
    const PAUSE = 250;
    let run = null;
    let fresh = false;

    const numbers = counters({
        held: "held for", requests: "requests", empty: "empty answers",
        connections: "connections", heads: "bytes of heads", bodies: "bytes of bodies",
        each: "bytes per event", min: "fastest", mean: "mean", max: "slowest",
    });
    const ways = wireLab.ways({ lab, numbers });
    const holds = wireLab.chart({
        title: "How long each question was held", unit: "s",
        series: [["heads", "time of a question"]],
    });

    // Waiting

    async function listen(session, state) {
        while (run === state) {
            const asked = performance.now();
            state.asked = asked;
            let pause = PAUSE;
            try {
                if (await ask(session, state) && state.failures > 0) {
                    lab.say("");
                }
                state.failures = 0;
            } catch (error) {
                if (run !== state) {
                    return;
                }
                if (error.name !== "AbortError") {
                    state.failures += 1;
                    pause = 1000 * 2 ** Math.min(state.failures, 5);
                    // What fetch throws when there is no answer says no more than that.
                    lab.say(error instanceof TypeError
                        ? "No answer: does the server still run?" : error.message);
                }
            } finally {
                state.asked = null;
                state.holds.push([(performance.now() - asked) / 1000]);
                holds.draw(state.holds);
            }
            const left = asked + pause - performance.now();
            if (left > 0) {
                await new Promise(done => setTimeout(done, left));
            }
            await wireLab.visible();
        }
    }

    // True when there was a page, false when there is another board to begin with.
    async function ask(session, state) {
        state.controller = new AbortController();
        const response = await session.fetch(`/events?after=${state.cursor}`,
            { signal: state.controller.signal });
        const text = await response.text();
        if (response.status === 400 && state.cursor > 0) {
            startAgain(state);
            return false;
        }
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
        return true;
    }

    // A cursor from the future is one of another board: the server was started again, and
    // counts from 1.
    function startAgain(state) {
        state.cursor = 0;
        ways.anotherBoard();
        lab.say("The server was started again, and its board is a new one: the next "
            + "question begins with what is on it.");
    }

    // Showing

    function showHeld() {
        const asked = run?.asked ?? null;
        numbers.set("held", asked === null ? undefined
            : `${((performance.now() - asked) / 1000).toFixed(1)} s`);
    }

    function showTally(state, tally) {
        state.heads = tally.request_head_bytes + tally.response_head_bytes;
        state.bodies = tally.payload_bytes;
        numbers.set("requests", tally.requests);
        numbers.set("connections", tally.connections);
        numbers.set("heads", state.heads);
        numbers.set("bodies", state.bodies);
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

    const kept = choice("Connection", [["kept", "kept"], ["fresh", "a new one per question"]],
        value => {
            fresh = value === "fresh";
            run?.session.act("fresh", fresh);
        });
    const hangUp = el("button", {
        type: "button", class: "lab-hang-up", click: () => run?.controller?.abort(),
    }, "Hang up, and ask again");
    const text = el("input", { type: "text", value: "something happened", maxlength: 100 });
    const button = el("button", { type: "submit" }, "Publish");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            lab.say("");
            ways.publish(run.session, text.value);
        },
    }, el("label", { class: "lab-field" }, el("span", {}, "An event"), text), button);
    const automatic = el("input", {
        type: "checkbox", change: () => run && publishByItself(run),
    });

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "The client waits"),
            kept, el("div", { class: "lab-bar" }, hangUp)),
        el("section", {},
            el("h4", {}, "On the server, something happens"),
            form,
            el("label", { class: "lab-check" }, automatic,
                el("span", {}, "also by itself, at random times"))));

    return {
        controls,
        results: el("div", { class: "lab-results" }, numbers,
            el("div", { class: "lab-charts" }, ways.element, holds.element)),
        whileRunning: [button, hangUp],
        begin(session) {
            numbers.clear();
            ways.begin();
            holds.clear();
            run = {
                session, cursor: 0, empty: 0, delivered: 0, failures: 0, heads: 0, bodies: 0,
                asked: null, holds: [], clock: setInterval(showHeld, 200),
            };
            if (fresh) {
                session.act("fresh", true);
            }
            listen(session, run);
            if (automatic.checked) {
                publishByItself(run);
            }
        },
        update(tally) {
            showTally(run, tally);
        },
        end() {
            clearInterval(run?.clock);
            run?.controller?.abort();
            run = null;
            showHeld();
        },
    };
});
