// What the labs of chapters 2 to 5 have in common: the page publishes on a board, and times
// each event's way, from the click that publishes it to its arrival, by this browser's own
// clock. `rule` and `ruled` are the chart's; `numbers` gets the fastest, mean and slowest.
wireLab.ways = (() => {
    "use strict";

    const ms = time => `${wireLab.number.format(Math.round(time))} ms`;

    return function ways({ lab, numbers, rule, ruled = () => 0 }) {
        const chart = wireLab.chart({
            title: "From publishing to arrival, the latest events", unit: "ms",
            series: [["way", "time of an event"]], rule,
        });
        const fresh = () => ({ times: [], published: new Map(), arrived: new Map() });
        let run = fresh();

        // Of the two messages, the answer to publishing and the event itself, either may be
        // the first to come back.
        function timed(state, seq) {
            const from = state.published.get(seq);
            const to = state.arrived.get(seq);
            if (from !== undefined && to !== undefined) {
                state.times.push(to - from);
                state.published.delete(seq);
                state.arrived.delete(seq);
                if (state === run) {
                    show();
                }
            }
        }

        function mean() {
            const sum = run.times.reduce((a, b) => a + b, 0);
            return run.times.length > 0 ? ms(sum / run.times.length) : undefined;
        }

        function show() {
            numbers?.set("min", ms(Math.min(...run.times)));
            numbers?.set("mean", mean());
            numbers?.set("max", ms(Math.max(...run.times)));
            chart.draw(run.times.map(time => [time]), ruled());
        }

        async function publish(session, content) {
            const state = run;
            const clicked = performance.now();
            try {
                const seq = Number(await session.act("publish", content));
                state.published.set(seq, clicked);
                timed(state, seq);
            } catch (error) {
                lab.say(error.message);
            }
        }

        return {
            element: chart.element,
            mean,
            publish,
            // Publishes at random times, as long as it is to go on.
            async publishByItself(session, goesOn) {
                while (goesOn()) {
                    await new Promise(done => setTimeout(done, 500 + Math.random() * 5500));
                    await wireLab.visible();
                    if (goesOn()) {
                        const now = new Date().toLocaleTimeString("en-GB");
                        await publish(session, `by itself at ${now}`);
                    }
                }
            },
            arrived(seq, now = performance.now()) {
                run.arrived.set(seq, now);
                timed(run, seq);
            },
            // Another lab begins.
            begin() {
                run = fresh();
                chart.clear();
            },
            // What comes is not to be compared with the times so far.
            clear() {
                run.times = [];
                chart.clear();
            },
            // The board is another one, which counts from 1.
            anotherBoard() {
                run.published.clear();
                run.arrived.clear();
            },
        };
    };
})();

// Resolves when the page can be seen.
wireLab.visible = () => document.hidden
    ? new Promise(seen => document.addEventListener("visibilitychange", seen, { once: true }))
    : null;
