// The lab of chapter 15: Ada's page, whose sockets show tickets, and a page of somebody else,
// which opens a socket to the same server. The sockets of Ada's page are this page's own; those
// from elsewhere are opened by the book's program, since a browser says truly where it is.
wireLab.panel("15", lab => {
    "use strict";
    const { counters, el } = wireLab;

    const MOST_TOLD = 12;
    // What a server closes with, in a script's words.
    const CLOSED = {
        1006: "1006: nothing is told about the reason",
        4001: "4001: no hello came",
        4003: "4003: the ticket is not good",
        4004: "4004: the session has ended",
    };
    let run = null;

    const numbers = counters({
        tickets: "tickets fetched", let_in: "sockets let in", open: "open now",
        turned: "turned away", ended: "closed by the sign-out",
    });

    const list = name => el("ol", { class: `lab-told ${name}`, role: "list", "aria-live": "polite" });
    const standing = () => el("output", { class: "lab-state" }, "not there yet");
    const session = standing(), ticket = standing();
    const told = list("lab-ada"), outside = list("lab-outside");

    function tell(where, text) {
        where.prepend(el("li", {}, text));
        while (where.children.length > MOST_TOLD) {
            where.lastElementChild.remove();
        }
    }

    function show(state) {
        if (run !== state) {
            return;
        }
        session.textContent = state.isSignedIn ? "signed in" : "signed out";
        ticket.textContent = state.ticket ?? "none";
        for (const [name, value] of Object.entries(state.count)) {
            numbers.set(name, value);
        }
        allow(state);
    }

    async function ask(state, order) {
        try {
            const outcome = JSON.parse(await state.session.act("door", order));
            if (run === state) {
                lab.say("");
            }
            return outcome;
        } catch (error) {
            if (run === state) {
                lab.say(error.message);
            }
            return null;
        }
    }

    // What the reader does

    async function sign(isIn) {
        const state = run;
        if (await ask(state, { do: isIn ? "sign-in" : "sign-out" }) !== null) {
            state.isSignedIn = isIn;
            show(state);
        }
    }

    async function fetchTicket() {
        const state = run;
        const outcome = await ask(state, { do: "ticket" });
        if (outcome !== null) {
            state.ticket = outcome.ticket.ticket;
            state.count.tickets += 1;
            tell(told, `a ticket, good for ${outcome.ticket.seconds} s and for one hello`);
            show(state);
        }
    }

    function open() {
        const state = run;
        const socket = new WebSocket(`${state.session.base.replace(/^http/, "ws")}/chat`);
        const shown = state.ticket;
        let isIn = false;
        state.sockets.add(socket);
        socket.onopen = () =>
            socket.send(JSON.stringify({ type: "hello", version: 3, ticket: shown }));
        socket.onmessage = ({ data }) => {
            const message = JSON.parse(data);
            if (message.type === "welcome") {
                isIn = true;
                state.count.let_in += 1;
                state.count.open += 1;
                tell(told, `welcome: ${message.name}`);
            } else if (message.type === "error") {
                tell(told, `error ${message.code}: ${message.text}`);
            }
            show(state);
        };
        socket.onclose = ({ code }) => {
            state.sockets.delete(socket);
            if (run !== state) {
                return;
            }
            state.count.open -= isIn ? 1 : 0;
            state.count.turned += isIn ? 0 : 1;
            state.count.ended += code === 4004 ? 1 : 0;
            tell(told, `closed with ${CLOSED[code] ?? code}`);
            show(state);
        };
    }

    async function knock() {
        const state = run;
        const origin = from.value.trim();
        const outcome = await ask(state, { do: "from", origin });
        if (outcome !== null) {
            tell(outside, `${origin === "" ? "no origin" : origin}: ${outcome.told}`);
        }
    }

    const button = (name, text, click) => el("button", { type: "button", class: name, click }, text);
    const field = (text, input) => el("label", { class: "lab-field" }, el("span", {}, text), input);
    const where = (text, state) => el("div", { class: "lab-field" }, el("span", {}, text), state);

    const fetches = button("lab-ticket", "Fetch a ticket", fetchTicket);
    const opens = button("lab-open", "Open a socket, and show it", open);
    const leaves = button("lab-sign-out", "Sign out", () => sign(false));
    const comes = button("lab-sign-in", "Sign in", () => sign(true));
    const from = el("input", { type: "text", class: "lab-origin", maxlength: 100, value: "http://teapots.test" });
    const knocks = el("button", { type: "submit", class: "lab-knock" }, "Open a socket from there");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            knock();
        },
    }, field("Its origin", from), knocks);
    const always = [fetches, knocks];

    function allow(state) {
        opens.disabled = state === null || state.ticket === null;
        leaves.disabled = state === null || !state.isSignedIn;
        comes.disabled = state === null || state.isSignedIn;
    }
    allow(null);

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Ada's page"), where("Ada is", session), where("Her ticket", ticket),
            el("div", { class: "lab-bar" }, fetches, opens),
            el("div", { class: "lab-bar" }, leaves, comes),
            el("p", {}, "What it is told, newest first:"), told),
        el("section", {},
            el("h4", {}, "A page of somebody else"), form,
            el("p", {}, "Without an origin it is a program. Its ticket is a guess."),
            el("p", {}, "What it is told, newest first:"), outside));

    return {
        controls,
        results: numbers,
        whileRunning: always,
        // The accounts are the chapter's.
        ownServer: false,
        begin(started) {
            numbers.clear();
            for (const list of [told, outside]) {
                list.replaceChildren();
            }
            const count = { tickets: 0, let_in: 0, open: 0, turned: 0, ended: 0 };
            run = { session: started, isSignedIn: false, ticket: null, sockets: new Set(), count };
            show(run);
            sign(true);
        },
        update() {},
        end() {
            for (const socket of run?.sockets ?? []) {
                socket.close();
            }
            run = null;
            allow(null);
            session.textContent = ticket.textContent = "not there";
        },
    };
});
