// The lab of chapter 14: two windows in one room, each a WebSocket of this page that speaks
// version 2, and the room's log as the server has it. Ada comes back by herself when she is
// cut off; Bob comes back when he is told to, after the number that stands in his field.
wireLab.panel("14", lab => {
    "use strict";
    const { counters, el } = wireLab;

    const ROOM = "harbour";
    const MOST_TOLD = 12;
    const AGAIN_MS = 500;
    // Ids are made of what this page has chosen by chance, and a count: another page of the
    // same person's must not use them.
    const chosen = [...crypto.getRandomValues(new Uint8Array(3))]
        .map(byte => byte.toString(16).padStart(2, "0")).join("");
    let count = 0;
    let run = null;

    const numbers = counters({
        kept: "in the log", heard: "Bob has heard", again: "of them twice",
        missing: "never told to Bob", accepted: "accepted, says the server",
    });

    // The windows

    const list = name => el("ol", { class: `lab-told ${name}`, role: "list", "aria-live": "polite" });
    const standing = () => el("output", { class: "lab-state" }, "not there yet");
    const windows = {
        ada: { told: list("lab-ada"), state: standing() },
        bob: { told: list("lab-bob"), state: standing() },
    };
    const log = el("ol", { class: "lab-log", role: "list" });
    const words = el("input", { type: "text", value: "The ferry is late.", maxlength: 100 });
    const after = el("input", { type: "text", class: "lab-after", inputmode: "numeric", maxlength: 15 });

    function tell(name, ...text) {
        const { told } = windows[name];
        told.prepend(el("li", {}, ...text));
        while (told.children.length > MOST_TOLD) {
            told.lastElementChild.remove();
        }
    }

    // Opens a window: hello, and a join after what it has been told, if it says so.
    function open(state, name, cursor) {
        const socket = new WebSocket(`${state.session.base.replace(/^http/, "ws")}/chat`);
        const person = state[name];
        person.socket = socket;
        windows[name].state.textContent = "on its way";
        const mine = () => run === state && person.socket === socket;
        const say = message => socket.send(JSON.stringify(message));
        socket.onopen = () => {
            say({ type: "hello", version: 2, name });
            say({ type: "join", room: ROOM, ...(cursor === null ? {} : { after: cursor }) });
        };
        socket.onmessage = ({ data }) => mine() && hear(state, name, JSON.parse(data));
        socket.onclose = () => mine() && gone(state, name);
    }

    function gone(state, name) {
        windows[name].state.textContent = "cut off";
        tell(name, "The connection is gone.");
        if (name === "ada") {
            setTimeout(() => {
                if (run === state) {
                    open(state, "ada", state.ada.cursor);
                }
            }, AGAIN_MS);
        } else {
            after.value = String(state.bob.cursor);
        }
        show(state);
    }

    // What the server says: in words, and with the number that is the cursor.
    const SAID = {
        joined: ({ seq }) => `joined: the room is at ${seq}`,
        message: ({ seq, name, text }) => `${seq} ${name}: ${text ?? "(deleted)"}`,
        deleted: ({ seq, target }) => `${seq}: ${target} is deleted`,
        accepted: ({ seq, id }) => `accepted: ${id} is number ${seq}`,
        gap: ({ first, last }) => `gap: ${first} to ${last} are not there`,
        error: ({ code, text }) => `error ${code}: ${text}`,
    };

    function hear(state, name, message) {
        const person = state[name];
        const { type, seq } = message;
        if (type === "joined") {
            windows[name].state.textContent = "in the room";
            // Who has named no number begins here.
            person.cursor ??= seq;
            person.first ??= seq + 1;
        }
        const isEntry = type === "message" || type === "deleted";
        const again = isEntry && person.heard.has(seq);
        if (isEntry) {
            person.heard.set(seq, (person.heard.get(seq) ?? 0) + 1);
            person.cursor = Math.max(person.cursor, seq);
        }
        if (type === "gap" && message.last > state.kept.length) {
            // What it had seen there is no more: its cursor goes back.
            person.cursor = message.first - 1;
        }
        if (type === "accepted") {
            state.accepted += 1;
            state.unanswered = state.unanswered.filter(({ id }) => id !== message.id);
        }
        if (type in SAID) {
            tell(name, SAID[type](message), again ? el("strong", {}, " once more") : "");
        }
        if (name === "bob" && windows.bob.state.textContent === "in the room") {
            after.value = String(person.cursor);
        }
        look(state);
    }

    // The log, as the server has it

    async function look(state) {
        try {
            const entries = JSON.parse(await state.session.act("log"));
            // An older answer may come later.
            if (run === state && entries.length >= state.kept.length) {
                state.kept = entries;
            }
        } catch {
            // Too many at once: the next one shows it all.
        }
        show(state);
    }

    function show(state) {
        if (run !== state) {
            return;
        }
        const { heard, first, cursor } = state.bob;
        log.replaceChildren(...state.kept.map(({ seq, author, what, id }) => el("li",
            { "data-seq": seq, class: seq <= (cursor ?? 0) ? "lab-passed" : "" },
            el("span", { class: "lab-seq" }, String(seq)), `${author}: ${what} `,
            id === null ? "" : el("small", {}, id))));
        log.scrollTop = log.scrollHeight;
        const due = state.kept.filter(({ seq }) => seq >= (first ?? Infinity) && seq <= cursor);
        numbers.set("kept", state.kept.length);
        numbers.set("heard", heard.size);
        numbers.set("again", [...heard.values()].filter(times => times > 1).length);
        numbers.set("missing", due.filter(({ seq }) => !heard.has(seq)).length);
        numbers.set("accepted", state.accepted);
        allow(state);
    }

    // What the reader does

    const isOpen = person => person.socket?.readyState === WebSocket.OPEN;

    function say({ id, text }) {
        if (!isOpen(run.ada)) {
            lab.say("Ada's connection is not open. She comes back by herself: try again.");
            return false;
        }
        lab.say("");
        run.ada.socket.send(JSON.stringify({ type: "say", room: ROOM, text, id }));
        return true;
    }

    function sayNew(text) {
        const post = { id: `${chosen}-${++count}`, text };
        if (say(post)) {
            run.unanswered.push(post);
        }
        show(run);
    }

    // Her page is left, so whatever is answered is answered to nobody.
    function leave() {
        const { socket } = run.ada;
        if (isOpen(run.ada)) {
            sayNew(words.value);
            socket.close();
        }
    }

    async function cut() {
        try {
            await run.session.act("cut");
            lab.say("");
        } catch (error) {
            lab.say(error.message);
        }
    }

    function comeBack(cursor) {
        if (isOpen(run.bob)) {
            lab.say("Bob is there. Cut the connections first.");
            return;
        }
        if (Number.isNaN(cursor)) {
            lab.say("A number is what the server knows its messages by.");
            return;
        }
        lab.say("");
        if (cursor === null) {
            // He begins anew, and knows nothing of what was before.
            Object.assign(run.bob, { cursor: null, first: null, heard: new Map() });
        }
        open(run, "bob", cursor);
    }

    const button = (name, text, click) => el("button", { type: "button", class: name, click }, text);
    const field = (text, input) => el("label", { class: "lab-field" }, el("span", {}, text), input);
    const where = (text, { state }) => el("div", { class: "lab-field" }, el("span", {}, text), state);

    const post = el("button", { type: "submit", class: "lab-text" }, "Say it");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            sayNew(words.value);
        },
    }, field("Ada says", words), post);
    const leaves = button("lab-leave", "Say it, and miss the answer", leave);
    const same = button("lab-same", "Again, with the same id", () => say(run.unanswered[0]));
    const other = button("lab-new", "Again, with a new id", () => sayNew(run.unanswered[0].text));
    const cuts = button("lab-cut", "Cut the connections", cut);
    const back = button("lab-back", "Bob comes back after it", () =>
        comeBack(after.value.trim() === "" ? NaN : Math.trunc(Number(after.value))));
    const anew = button("lab-anew", "Bob comes back without it", () => comeBack(null));
    const always = [post, leaves, cuts, back, anew];

    function allow(state) {
        const nothing = state === null || state.unanswered.length === 0;
        same.disabled = nothing;
        other.disabled = nothing;
    }
    allow(null);

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Ada's window"), where("Ada is", windows.ada), form,
            el("div", { class: "lab-bar" }, leaves),
            el("div", { class: "lab-bar" }, same, other),
            el("p", {}, "What she is told, newest first:"), windows.ada.told),
        el("section", {},
            el("h4", {}, "Bob's window"), where("Bob is", windows.bob),
            el("div", { class: "lab-bar" }, cuts),
            el("div", { class: "lab-bar" }, field("His cursor", after), back),
            el("div", { class: "lab-bar" }, anew),
            el("p", {}, "What he is told, newest first:"), windows.bob.told),
        el("section", { class: "lab-wide-part" },
            el("h4", {}, "The room's log; marked is what Bob has passed"),
            log));

    return {
        controls,
        results: numbers,
        whileRunning: always,
        // A room that remembers is the chapter's.
        ownServer: false,
        begin(session) {
            numbers.clear();
            for (const { told } of Object.values(windows)) {
                told.replaceChildren();
            }
            log.replaceChildren();
            const person = () => ({ socket: null, cursor: null, first: null, heard: new Map() });
            run = { session, ada: person(), bob: person(), kept: [], accepted: 0, unanswered: [] };
            open(run, "bob", null);
            open(run, "ada", null);
        },
        update() {},
        end() {
            run?.ada.socket?.close();
            run?.bob.socket?.close();
            run = null;
            allow(null);
            for (const { state } of Object.values(windows)) {
                state.textContent = "not there";
            }
        },
    };
});
