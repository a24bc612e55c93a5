// One connection after the other, as long as somebody is signed in: by the best way there
// is, with a fresh ticket each time. What it is doing, and why, can be shown at any time.

import { EventsLine, PollingLine } from "./line-http.js";
import { WebSocketLine, websocketWorks } from "./line-websocket.js";
import { Schedule } from "./schedule.js";
import { Ways } from "./ways.js";

export const VERSION = 3;

// A server that has said nothing for so long is asked, and one that owes an answer for so
// long is gone: a script is not told that its connection is dead. A way on which nobody has
// welcomed us after so long is blocked. In milliseconds.
const SILENCE = 20_000, ANSWER_WITHIN = 10_000, OFFLINE_WITHIN = 2_000, WELCOME_WITHIN = 6_000;

const LINES = { websocket: WebSocketLine, events: EventsLine, polling: PollingLine };

// What close codes mean for who reads this.
const GOODBYES = {
    1001: "The server is stopping.",
    1006: "The connection was lost.",
    1008: "This window said too much in a short time.",
    1009: "A message was too large.",
    1012: "The server is restarting.",
    1013: "This window could not keep up.",
    4003: "The ticket for the connection was not accepted.",
};
const ENDED = 4004;

// Which phase it is in: `connecting`, `connected`, `waiting` (with `why`, and `until` when in
// milliseconds since 1970), `ended` (the session has), and `stopped`.
export class Connection {
    #api;
    #events;
    #lines;
    #looks;
    #schedule = new Schedule();
    #ways = new Ways();
    #line;
    #timers = new Map();
    #welcomedAt;
    #attempt = 0; // What belongs to an older attempt is not heard any more.
    state = { phase: "stopped" };

    // `events` are functions: `changed()` when the state has, `heard(message)`, and
    // `silent()` after a silence, to ask the server something.
    constructor(api, events, { lines = LINES, looks = websocketWorks } = {}) {
        this.#api = api;
        this.#events = events;
        this.#lines = lines;
        this.#looks = looks;
    }

    get way() {
        return this.#ways.current;
    }

    start() {
        if (["stopped", "ended"].includes(this.state.phase)) this.#connect();
    }

    // Tries at once what it would try later.
    now() {
        if (this.state.phase === "waiting") this.#connect();
    }

    // The end: it does not come back.
    stop() {
        this.#forget();
        this.#become({ phase: "stopped" });
    }

    // Sends a message, if there is a connection.
    tell(message) {
        if (this.state.phase === "connected") this.#line.tell(JSON.stringify(message));
    }

    // The same with a message that has an answer.
    ask(message) {
        if (this.state.phase !== "connected") return;
        this.tell(message);
        this.#expectAnswer(ANSWER_WITHIN);
    }

    // The device says that it has no network. It may be wrong, so the server is asked.
    doubt() {
        if (this.state.phase !== "connected") return;
        this.#cancel("answer");
        this.#expectAnswer(OFFLINE_WITHIN);
        this.#events.silent();
    }

    // Gives this connection up, and comes back with another one.
    drop(why, atLeast = 0) {
        if (this.#welcomedAt !== undefined) {
            this.#schedule.connectedFor(performance.now() - this.#welcomedAt);
        }
        this.#forget();
        const wait = this.#schedule.next(atLeast);
        this.#after("attempt", wait, () => this.#connect());
        this.#become({ phase: "waiting", why, until: Date.now() + wait });
    }

    async #connect() {
        this.#forget();
        const attempt = this.#attempt;
        this.#become({ phase: "connecting" });
        let ticket;
        try {
            ({ ticket } = await this.#api.ticket());
        } catch (error) {
            if (attempt !== this.#attempt) return;
            if (error.isSignedOut) return this.#end();
            return this.drop(error.message, error.retryAfter * 1000);
        }
        if (attempt === this.#attempt) this.#open(ticket);
    }

    #open(ticket) {
        this.#after("welcome", WELCOME_WITHIN, () => this.#blocked());
        const attempt = this.#attempt;
        const ours = act => (...told) => { if (attempt === this.#attempt) act(...told); };
        const line = new this.#lines[this.way]({
            opened: ours(() => {
                const hello = { type: "hello", version: VERSION, ticket };
                line.tell(JSON.stringify(hello));
            }),
            heard: ours(text => this.#heard(JSON.parse(text))),
            closed: ours(code => this.#closed(code)),
        });
        this.#line = line;
    }

    #heard(message) {
        this.#cancel("answer");
        this.#after("silence", SILENCE, () => this.#events.silent());
        if (message.type === "welcome") this.#welcomed();
        this.#events.heard(message);
    }

    #welcomed() {
        this.#cancel("welcome");
        this.#welcomedAt = performance.now();
        this.#lookLater();
        this.#become({ phase: "connected" });
    }

    #closed(code) {
        if (code === ENDED) return this.#end();
        const wasWelcome = this.#welcomedAt !== undefined;
        // The server has just given us a ticket, and this way does not lead to it.
        if (!wasWelcome && code === 1006) return this.#blocked();
        this.drop(GOODBYES[code] ?? `The connection was closed (${code}).`);
    }

    #blocked() {
        if (this.#ways.failed()) this.#connect();
        else this.drop("No way leads to the server.");
    }

    // On another way than the best one, that is looked at now and then. To change costs
    // nothing: what is missed meanwhile is told by number.
    #lookLater() {
        const wait = this.#ways.nextLook();
        if (wait === undefined) return;
        const attempt = this.#attempt;
        this.#after("look", wait, async () => {
            const works = await this.#looks();
            if (attempt !== this.#attempt) return;
            if (!works) return this.#lookLater();
            this.#ways.reset();
            this.#connect();
        });
    }

    #end() {
        this.#forget();
        this.#become({ phase: "ended" });
    }

    #expectAnswer(within) {
        if (!this.#timers.has("answer")) {
            this.#after("answer", within, () => this.drop("The server did not answer."));
        }
    }

    #become(state) {
        this.state = state;
        this.#events.changed();
    }

    #forget() {
        this.#attempt += 1;
        this.#welcomedAt = undefined;
        for (const name of [...this.#timers.keys()]) this.#cancel(name);
        this.#line?.close();
        this.#line = undefined;
    }

    #after(name, wait, act) {
        this.#cancel(name);
        const timer = setTimeout(() => { this.#timers.delete(name); act(); }, wait);
        this.#timers.set(name, timer);
    }

    #cancel(name) {
        clearTimeout(this.#timers.get(name));
        this.#timers.delete(name);
    }
}
