// The lab of chapter 6: the browser's own WebSocket makes a handshake with a server that
// keeps its rules, or breaks one. What the script is told of it stands beside the bytes.
wireLab.panel("06", lab => {
    "use strict";
    const { choice, counters, el } = wireLab;

    const MOST_TOLD = 8;
    const order = { listed: true, speaks: true, answer: "honest", end: "close" };
    let offered = "chat.v1";
    let run = null;

    const numbers = counters({
        tries: "handshakes", opened: "opened", refused: "told 1006",
        asked: "bytes of requests", answered: "bytes of answers",
    });

    // The browser

    const told = el("ol", { class: "lab-told", "aria-live": "polite" });

    function say(text) {
        told.prepend(el("li", {}, text));
        while (told.children.length > MOST_TOLD) {
            told.lastElementChild.remove();
        }
    }

    function connect() {
        lab.say("");
        const state = run;
        const number = ++state.tries;
        const address = `${state.session.base.replace(/^http/, "ws")}/chat`;
        const socket = new WebSocket(address, offered === "" ? [] : [offered]);
        state.sockets.add(socket);
        const tell = text => say(`${number}: ${text}`);
        socket.onopen = () => {
            state.opened += 1;
            tell(`open, protocol "${socket.protocol}"`);
            show(state);
        };
        socket.onmessage = event => tell(`message "${event.data}"`);
        socket.onerror = () => tell("error, and not which");
        socket.onclose = ({ code, reason, wasClean }) => {
            state.sockets.delete(socket);
            state.refused += code === 1006 ? 1 : 0;
            tell(`close ${code} "${reason}", ${wasClean ? "clean" : "not clean"}`);
            show(state);
        };
        show(state);
    }

    function show(state) {
        for (const name of ["tries", "opened", "refused"]) {
            numbers.set(name, state[name]);
        }
    }

    // The server

    // In the order of the clicks: an order that is overtaken would be obeyed last.
    let sending = Promise.resolve();
    function behave(change) {
        Object.assign(order, change);
        const session = run?.session;
        if (session) {
            sending = sending.then(() => session.act("handshakes", { ...order }))
                .catch(error => lab.say(error.message));
        }
    }

    const button = el("button", { type: "button", class: "lab-connect", click: connect },
        "new WebSocket(…)");
    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Your browser"),
            choice("It offers", [["chat.v1", "chat.v1"], ["chat.v2", "chat.v2"],
                ["", "no subprotocol"]], value => { offered = value; }),
            el("div", { class: "lab-bar" }, button),
            el("p", {}, "What the script is told:"),
            told),
        el("section", {},
            el("h4", {}, "The chapter's server"),
            choice("Its list of origins", [["listed", "has this page's"],
                ["unlisted", "has not"]], value => behave({ listed: value === "listed" })),
            choice("It speaks", [["speaks", "chat.v1"], ["mute", "no subprotocol"]],
                value => behave({ speaks: value === "speaks" })),
            choice("It answers", [["honest", "honestly"],
                ["wrong-accept", "with another key's accept"], ["no-room", "503"]],
                value => behave({ answer: value })),
            choice("Then it says Hello, and", [["close", "closes with 4001"],
                ["drop", "hangs up"]], value => behave({ end: value }))));

    return {
        controls,
        results: el("div", { class: "lab-results" }, numbers),
        whileRunning: [button],
        begin(session) {
            numbers.clear();
            told.replaceChildren();
            run = { session, tries: 0, opened: 0, refused: 0, sockets: new Set() };
            behave({});
        },
        update(tally) {
            numbers.set("asked", tally.request_head_bytes);
            numbers.set("answered", tally.response_head_bytes);
        },
        end() {
            run?.sockets.forEach(socket => socket.close());
            run = null;
        },
    };
});
