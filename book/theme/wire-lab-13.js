// The lab of chapter 13: Ann is this page's own WebSocket. Carl is a client in the book's
// program, since a browser always reads; the page tells him when to, and is shown what waits
// for him.
wireLab.panel("13", lab => {
    "use strict";
    const { choice, counters, el, number } = wireLab;

    const ROOM = "harbour";
    const MANY = 20;
    let run = null;
    let policy = "close";

    const numbers = counters({
        said: "Ann has said", ann: "Ann has heard", carl: "Carl has heard",
        missing: "missing, Carl was told",
    });

    // Ann

    const words = el("input", { type: "text", value: "The ferry is late.", maxlength: 200 });
    const one = el("button", { type: "submit", class: "lab-text" }, "Say it once");
    const many = el("button", { type: "button", class: "lab-many", click: () => say(MANY) },
        `Say it ${MANY} times`);
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            say(1);
        },
    }, el("label", { class: "lab-field" }, el("span", {}, "Ann says"), words), one);
    const answer = el("output", { class: "lab-answer" });

    function say(times) {
        if (run.socket.readyState !== WebSocket.OPEN) {
            lab.say("Ann's connection is not open. Stop, and start again.");
            return;
        }
        lab.say("");
        for (let time = 0; time < times; time++) {
            run.socket.send(JSON.stringify({ type: "say", room: ROOM, text: words.value }));
        }
        run.said += times;
        numbers.set("said", run.said);
    }

    function open(state) {
        const socket = new WebSocket(`${state.session.base.replace(/^http/, "ws")}/chat`);
        state.socket = socket;
        socket.onopen = () => {
            socket.send(JSON.stringify({ type: "hello", version: 1, name: "Ann" }));
            socket.send(JSON.stringify({ type: "join", room: ROOM }));
        };
        socket.onmessage = ({ data }) => run === state && hear(state, JSON.parse(data));
        socket.onclose = ({ code, reason }) => {
            if (run === state) {
                answer.textContent = `closed: ${code} ${reason}`;
            }
        };
    }

    // What she is told, in words.
    const SAID = {
        joined: ({ members }) => `here: ${members.join(", ")}`,
        message: ({ seq, name, text }) => `${seq} ${name}: ${text}`,
        presence: ({ name, state }) => `${name} is ${state}`,
        error: ({ code, text }) => `error ${code}: ${text}`,
    };

    function hear(state, message) {
        if (message.type === "message") {
            state.heard += 1;
            numbers.set("ann", state.heard);
        }
        answer.textContent = SAID[message.type]?.(message) ?? message.type;
    }

    // Carl

    const standing = el("output", { class: "lab-state" }, "not there");
    const told = el("ol", { class: "lab-heard", role: "list", "aria-live": "polite" });

    function bar(text, name) {
        const progress = el("progress", { class: `lab-waits-${name}`, max: 1, value: 0 });
        const words = el("span", { class: "lab-of" }, "–");
        const label = el("label", { class: "lab-field lab-waits" }, el("span", {}, text), progress, words);
        return {
            label,
            set(value, most) {
                progress.max = most;
                progress.value = value;
                words.textContent = `${number.format(value)} of ${number.format(most)}`;
            },
            clear() {
                progress.value = 0;
                words.textContent = "–";
            },
        };
    }
    const frames = bar("Frames that wait", "frames");
    const bytes = bar("Their bytes", "bytes");

    const reads = el("button", { type: "button", class: "lab-reads",
        click: () => act({ act: "read", reads: !run.reads }) }, "Carl stops reading");
    const enter = el("button", { type: "button", class: "lab-enter",
        click: () => act({ act: "enter", policy }) }, "Carl comes in anew");
    const policies = choice("When it is too much", [["close", "send him away"],
        ["drop-oldest", "drop the oldest"]], value => {
        policy = value;
        if (run) {
            act({ act: "enter", policy });
        }
    });

    async function act(order) {
        try {
            await run.session.act("carl", order);
            lab.say("");
        } catch (error) {
            lab.say(error.message);
        }
    }

    function stands({ overflowed, here, reads, told }) {
        if (told.at(-1)?.type === "closed") {
            return "gone, and he knows it";
        }
        if (overflowed) {
            return reads ? "sent away" : "sent away, and does not know it";
        }
        return here ? (reads ? "in the room, and reads" : "in the room, and does not read") : "on his way";
    }

    const TOLD = {
        message: ({ seq }) => String(seq),
        dropped: ({ count }) => `${count} missing`,
        closed: ({ code, reason }) => `closed: ${code} ${reason}`,
    };

    function show(shown) {
        run.reads = shown.reads;
        reads.textContent = shown.reads ? "Carl stops reading" : "Carl reads again";
        standing.textContent = stands(shown);
        standing.dataset.visit = shown.visit;
        frames.set(shown.frames, shown.most_frames);
        bytes.set(shown.bytes, shown.most_bytes);
        numbers.set("carl", shown.heard);
        numbers.set("missing", shown.missing);
        // What stands there already is left alone: a reader of the screen hears what is new.
        const lines = shown.told.map(entry => TOLD[entry.type](entry));
        const same = run.lines.every((line, at) => lines[at] === line);
        if (!same) {
            told.replaceChildren();
        }
        const stand = told.children.length;
        told.append(...shown.told.slice(stand).map((entry, at) =>
            el("li", { class: `lab-is-${entry.type}` }, lines[stand + at])));
        run.lines = lines;
    }

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Ann, in this page"), form, el("div", { class: "lab-bar" }, many),
            el("div", { class: "lab-field" }, el("span", {}, "She hears last"), answer)),
        el("section", {},
            el("h4", {}, "Carl, in the book's program"),
            el("div", { class: "lab-field" }, el("span", {}, "Carl is"), standing),
            el("div", { class: "lab-bar" }, reads, enter), policies,
            frames.label, bytes.label),
        el("section", { class: "lab-wide-part" },
            el("h4", {}, "What Carl has heard: messages by their numbers, and what he was told"),
            told));

    return {
        controls,
        results: numbers,
        whileRunning: [one, many, reads, enter],
        // The exercises are parts of a chat, and no server.
        ownServer: false,
        begin(session) {
            numbers.clear();
            told.replaceChildren();
            answer.textContent = "";
            run = { session, socket: null, said: 0, heard: 0, reads: true, lines: [] };
            open(run);
            if (policy !== "close") {
                act({ act: "enter", policy });
            }
        },
        update(_tally, shown) {
            if (run && shown) {
                show(shown);
            }
        },
        end() {
            const ended = run;
            run = null;
            ended?.socket?.close();
            standing.textContent = "not there";
            reads.textContent = "Carl stops reading";
            frames.clear();
            bytes.clear();
        },
    };
});
