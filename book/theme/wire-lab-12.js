// The lab of chapter 12: two windows of this page in the chapter's own chat, each a
// WebSocket that speaks version 1. Called by the same name, they are one person.
wireLab.panel("12", lab => {
    "use strict";
    const { counters, el } = wireLab;

    const ROOM = "harbour";
    const MOST_TOLD = 10;
    // One notice in this time: more would tell nobody more.
    const TYPING_MS = 2000;
    // What is wrong, and what is said then. None of it ends the connection.
    const room = ROOM;
    const WRONG = {
        "another room": { type: "say", room: "harbor", text: "Hello", id: "w-1" },
        "a room in capitals": { type: "join", room: "Harbour" },
        "a text of blanks": { type: "say", room, text: "  ", id: "w-2" },
        "a text of 4,097 bytes": { type: "say", room, text: "x".repeat(4097), id: "w-3" },
        "a text that is a number": { type: "say", room, text: 5, id: "w-4" },
        "no room": { type: "join" },
        "one field too many": { type: "join", room, pasword: "secret" },
        "a type that nobody knows": { type: "shout", room },
        "hello, once more": { type: "hello", version: 1, name: "Ann" },
        "no JSON": "join harbour",
    };

    const numbers = counters({
        said: "said", heard: "messages heard", presence: "here and gone", typing: "typing",
        errors: "errors",
    });
    let run = null;

    const button = (name, text, click) => el("button", { type: "button", class: name, click }, text);
    const field = (text, input) => el("label", { class: "lab-field" }, el("span", {}, text), input);

    // What a window is told, in words.
    const SAID = {
        welcome: ({ name }) => `welcome, ${name}`,
        joined: ({ seq, members }) => `joined at ${seq}; here: ${members.join(", ")}`,
        left: () => "you have left",
        message: ({ seq, name, text }) => `${seq} ${name}: ${text}`,
        presence: ({ name, state }) => `${name} is ${state}`,
        typing: ({ name }) => `${name} is writing`,
        error: ({ code, field, text }) => `error ${code}${field ? `, ${field}` : ""}: ${text}`,
    };
    const COUNTED = { message: "heard", presence: "presence", typing: "typing", error: "errors" };

    class Pane {
        constructor(place, name) {
            this.place = place;
            this.name = el("input", { type: "text", class: "lab-name", value: name, maxlength: 40 });
            this.text = el("input", { type: "text", value: `Hello from ${place}`, maxlength: 100,
                input: () => this.writes() });
            this.state = el("output", { class: "lab-state" }, "closed");
            this.told = el("ol", { class: "lab-told", role: "list", "aria-live": "polite" });
            this.open = button("lab-come", "Come in", () => this.comeIn());
            this.close = button("lab-go", "Close it", () => this.socket?.close());
            this.post = el("button", { type: "submit", class: "lab-text" }, "Say it");
            this.form = el("form", {
                class: "lab-bar", submit: event => {
                    event.preventDefault();
                    this.says();
                },
            }, field("Says", this.text), this.post);
            this.section = el("section", { class: `lab-pane lab-${place}` },
                el("h4", {}, `The window on the ${place}`),
                field("Its WebSocket is", this.state),
                el("div", { class: "lab-bar" }, field("Name", this.name), this.open, this.close),
                this.form, el("p", {}, "What it is told, newest first:"), this.told);
        }

        tell(text) {
            this.told.prepend(el("li", {}, text));
            while (this.told.children.length > MOST_TOLD) {
                this.told.lastElementChild.remove();
            }
        }

        comeIn() {
            this.socket?.close();
            const state = run;
            const socket = new WebSocket(`${state.session.base.replace(/^http/, "ws")}/chat`);
            this.socket = socket;
            this.wrote = -Infinity;
            const mine = () => run === state && this.socket === socket;
            this.state.textContent = "connecting";
            socket.onopen = () => {
                this.state.textContent = "open";
                this.send({ type: "hello", version: 1, name: this.name.value });
                this.send({ type: "join", room: ROOM });
            };
            socket.onmessage = ({ data }) => mine() && this.hear(state, JSON.parse(data));
            socket.onclose = ({ code, reason }) => {
                if (mine()) {
                    this.state.textContent = "closed";
                    this.tell(`closed: ${code} ${reason}`);
                }
            };
        }

        // True when it has been sent.
        send(message) {
            if (this.socket?.readyState !== WebSocket.OPEN) {
                lab.say(`The window on the ${this.place} is closed. Come in first.`);
                return false;
            }
            lab.say("");
            this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
            return true;
        }

        says() {
            this.wrote = -Infinity;
            if (this.send({ type: "say", room: ROOM, text: this.text.value,
                id: `${this.place}-${run.said + 1}` })) {
                run.said += 1;
                show(run);
            }
        }

        writes() {
            const open = this.socket?.readyState === WebSocket.OPEN;
            if (open && performance.now() - this.wrote > TYPING_MS) {
                this.wrote = performance.now();
                this.send({ type: "typing", room: ROOM });
            }
        }

        hear(state, message) {
            const { type } = message;
            if (type in COUNTED) {
                state[COUNTED[type]] += 1;
            }
            this.tell(SAID[type]?.(message) ?? type);
            show(state);
        }
    }

    function show(state) {
        for (const name of ["said", "heard", "presence", "typing", "errors"]) {
            numbers.set(name, state[name]);
        }
    }

    const panes = [new Pane("left", "Ann"), new Pane("right", "Bob")];
    const offered = el("select", { class: "lab-wrong" },
        ...Object.keys(WRONG).map(name => el("option", { value: name }, name)));
    const wrong = button("lab-say-wrong", "Say it on the left", () => panes[0].send(WRONG[offered.value]));

    const controls = el("div", { class: "lab-parts" },
        ...panes.map(pane => pane.section),
        el("section", { class: "lab-wide-part" },
            el("h4", {}, "Something wrong"),
            el("div", { class: "lab-bar" }, field("It is", offered), wrong)));

    return {
        controls,
        results: numbers,
        whileRunning: [wrong, ...panes.flatMap(pane => [pane.open, pane.close, pane.post])],
        // The exercises are parts of a chat, and no server.
        ownServer: false,
        begin(session) {
            numbers.clear();
            run = { session, said: 0, heard: 0, presence: 0, typing: 0, errors: 0 };
            for (const pane of panes) {
                pane.told.replaceChildren();
                pane.comeIn();
            }
        },
        update() {},
        end() {
            run = null;
            for (const pane of panes) {
                pane.socket?.close();
                pane.state.textContent = "closed";
            }
        },
    };
});
