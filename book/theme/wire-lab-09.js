// The lab of chapter 9: the browser's own WebSocket against the chapter's server. Each of
// them can be made to speak; the server can be made to break a rule; and what a browser
// cannot break, a client breaks by hand.
wireLab.panel("09", lab => {
    "use strict";
    const { counters, el } = wireLab;

    const STATES = ["connecting", "open", "closing", "closed"];
    const MOST_TOLD = 8;
    // The server takes no message of more than 1,000 bytes.
    const TOO_LONG = 1001;
    // What the server can be made to send. It knows these names.
    const LIES = [
        "a masked frame", "a text that is not UTF-8", "a reserved opcode", "a reserved bit",
        "a length in too many bytes", "a ping in fragments", "a text within a text",
        "a Close of one byte", "a Close with 1005",
    ];
    // What the client by hand can be made to do. It knows these names.
    const TRIES = [
        "nothing wrong", "a frame without a mask", "a reserved opcode", "a reserved bit",
        "a length in too many bytes", "the header of 4 GiB", "bad UTF-8, 3 bytes of 1,000",
        "a ping of 126 bytes", "a ping in fragments", "a text within a text",
        "a continuation of nothing", "a Close of one byte", "a Close with 1005",
        "a message behind a Close", "half a frame, and TCP ends",
    ];

    const numbers = counters({
        tries: "WebSockets", sent: "messages sent", back: "messages back",
        refused: "refused, by hand",
    });
    let run = null;

    const list = name => el("ol", { class: name, role: "list", "aria-live": "polite" });
    const told = list("lab-told lab-script");
    const verdict = list("lab-told lab-verdicts");

    function tell(where, ...text) {
        where.prepend(el("li", {}, ...text));
        while (where.children.length > MOST_TOLD) {
            where.lastElementChild.remove();
        }
    }

    function button(name, text, click) {
        return el("button", { type: "button", class: name, click }, text);
    }

    const offer = (name, names) => el("select", { class: name },
        ...names.map(name => el("option", { value: name }, name)));

    const field = (text, input) => el("label", { class: "lab-field" }, el("span", {}, text), input);

    // The browser

    const standing = el("output", { class: "lab-state" }, "not there yet");
    const text = el("input", { type: "text", value: "Hello", maxlength: 1000 });
    const code = el("input", {
        type: "text", class: "lab-code", value: "1000", inputmode: "numeric", size: 5, maxlength: 5,
    });
    const reason = el("input", { type: "text", class: "lab-reason", value: "bye", maxlength: 200 });

    function connect(state) {
        state.socket?.close();
        const socket = new WebSocket(state.session.base.replace(/^http/, "ws"));
        state.socket = socket;
        const number = ++state.tries;
        const say = words => {
            // What is left of an earlier run is nobody's business in the next one.
            if (run === null || run === state) {
                tell(told, `${number}: ${words}`);
            }
            show(state);
        };
        socket.onopen = () => say("open");
        socket.onerror = () => say("error, and not which");
        socket.onclose = ({ code, reason, wasClean }) =>
            say(`close ${code} "${reason}", ${wasClean ? "clean" : "not clean"}`);
        socket.onmessage = ({ data }) => {
            state.back += 1;
            say(`message "${data.length > 40 ? `${data.slice(0, 40)}…` : data}"`);
        };
        show(state);
    }

    function show(state) {
        if (state !== run) {
            return;
        }
        standing.textContent = STATES[state.socket.readyState];
        for (const name of ["tries", "sent", "back", "refused"]) {
            numbers.set(name, state[name]);
        }
    }

    function transmit(data) {
        if (run?.socket.readyState !== WebSocket.OPEN) {
            lab.say("Your browser's WebSocket is not open. Make a new one.");
            return;
        }
        run.socket.send(data);
        run.sent += 1;
        lab.say("");
        show(run);
    }

    // It refuses before anything is sent: that is its answer, and is shown as such.
    function close() {
        lab.say("");
        try {
            run.socket.close(Number(code.value), reason.value);
            show(run);
        } catch (error) {
            tell(told, `close(${code.value}) throws: ${error.message}`);
        }
    }

    // The server, and the client by hand

    async function ask(name, body) {
        try {
            const answer = await run.session.act(name, body);
            lab.say("");
            return answer;
        } catch (error) {
            lab.say(error.message);
            return null;
        }
    }

    // A code has two bytes: what has more, or is no number, becomes one that is refused.
    const sixteenBits = text => Math.min(0xffff, Math.max(0, Math.trunc(Number(text)) || 0));

    const order = (act, more = {}) => ask("order", { act, ...more });
    const lies = offer("lab-lies", LIES);
    const tries = offer("lab-tries", TRIES);

    async function byHand() {
        const state = run;
        const name = tries.value;
        hand.disabled = true;
        const answer = await ask("by-hand", { name });
        hand.disabled = run === null;
        if (answer === null) {
            return;
        }
        const { refused, code, why } = JSON.parse(answer);
        state.refused += refused ? 1 : 0;
        const said = code === null ? "no Close" : `Close ${code}`;
        tell(verdict, `${name}: `, el("strong", {}, said), `, ${why}`);
        show(state);
    }

    const send = el("button", { type: "submit", class: "lab-text" }, "Send text");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            transmit(text.value);
        },
    }, field("A text", text), send);
    const hand = button("lab-hand", "Send it by hand", byHand);
    const browsers = [
        button("lab-long", "Send 1,001 bytes", () => transmit("x".repeat(TOO_LONG))),
        button("lab-open", "A new one", () => connect(run)),
    ];
    const goodbyes = [
        button("lab-close", "Your browser closes", close),
        button("lab-server-close", "The server closes", () =>
            order("close", { code: sixteenBits(code.value), reason: reason.value })),
    ];
    const servers = [
        button("lab-ping", "Ping", () => order("ping")),
        button("lab-fragments", "A message in three frames", () => order("fragments")),
        button("lab-cut", "Cut TCP", () => ask("cut", "")),
    ];
    const lie = button("lab-lie", "Break it", () => order("lie", { name: lies.value }));

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Your browser"),
            el("div", { class: "lab-field" }, el("span", {}, "Its WebSocket is"), standing),
            form, el("div", { class: "lab-bar" }, ...browsers),
            el("p", {}, "What the script is told:"), told),
        el("section", {},
            el("h4", {}, "The chapter's server"),
            el("div", { class: "lab-bar" }, ...servers),
            el("div", { class: "lab-bar" }, field("It breaks a rule:", lies), lie),
            el("h4", {}, "A goodbye"),
            el("div", { class: "lab-bar" }, field("Code", code), field("Reason", reason)),
            el("div", { class: "lab-bar" }, ...goodbyes)),
        el("section", { class: "lab-wide-part" },
            el("h4", {}, "A client by hand, for what your browser would not do"),
            el("div", { class: "lab-bar" }, field("It sends", tries), hand),
            el("p", {}, "What the server says:"), verdict));

    return {
        controls,
        results: numbers,
        whileRunning: [send, hand, lie, ...browsers, ...goodbyes, ...servers],
        // Both ends that can be chosen here are the chapter's.
        ownServer: false,
        begin(session) {
            numbers.clear();
            told.replaceChildren();
            verdict.replaceChildren();
            run = { session, socket: null, tries: 0, sent: 0, back: 0, refused: 0 };
            connect(run);
        },
        update() {},
        end() {
            run?.socket?.close();
            run = null;
            standing.textContent = "not there";
        },
    };
});
