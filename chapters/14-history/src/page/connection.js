// One connection after the other, as long as somebody wants to be in the chat.

import { GOODBYES } from "./parts.js";
import { Schedule } from "./schedule.js";

// A server that has said nothing for so long is asked, and one that owes an answer for so
// long is gone: a script is not told that its connection is dead.
const SILENCE = 20_000, ANSWER_WITHIN = 10_000;

export class Connection {
    #schedule = new Schedule();
    #socket;
    #openedAt;
    #nextAttempt;
    #answerBy;
    #silence;
    #events;

    // `events` are functions: `connecting()`, `opened()`, `heard(message)`, `silent()` after
    // a silence, and `ended(why, wait)` with the milliseconds until the next attempt.
    constructor(events) {
        this.#events = events;
        this.#connect();
    }

    // Sends a message, if there is a connection.
    tell(message) {
        if (this.#socket?.readyState === WebSocket.OPEN) {
            this.#socket.send(JSON.stringify(message));
        }
    }

    // The same with a message that has an answer.
    ask(message) {
        this.tell(message);
        this.#expectAnswer();
    }

    // Tries at once what it would try later.
    now() {
        if (this.#nextAttempt !== undefined) this.#connect();
    }

    // Gives this connection up, and comes back with another one.
    drop(why) {
        if (this.#socket === undefined) return;
        this.#forget();
        if (this.#openedAt !== undefined) {
            this.#schedule.connectedFor(performance.now() - this.#openedAt);
        }
        const wait = this.#schedule.next();
        this.#nextAttempt = setTimeout(() => this.#connect(), wait);
        this.#events.ended(why, wait);
    }

    // The end: it does not come back.
    stop() {
        clearTimeout(this.#nextAttempt);
        this.#nextAttempt = undefined;
        if (this.#socket !== undefined) this.#forget();
    }

    #connect() {
        clearTimeout(this.#nextAttempt);
        this.#nextAttempt = this.#openedAt = undefined;
        this.#events.connecting();
        const socket = new WebSocket(`${location.origin.replace("http", "ws")}/chat`);
        this.#socket = socket;
        socket.onopen = () => {
            this.#openedAt = performance.now();
            this.#events.opened();
        };
        socket.onmessage = ({ data }) => {
            clearTimeout(this.#answerBy);
            this.#answerBy = undefined;
            this.#listen();
            this.#events.heard(JSON.parse(data));
        };
        socket.onclose = ({ code }) => this.drop(GOODBYES[code] ?? `closed with ${code}`);
        this.#expectAnswer();
    }

    #listen() {
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => this.#events.silent(), SILENCE);
    }

    #expectAnswer() {
        this.#answerBy ??= setTimeout(() => this.drop("no answer"), ANSWER_WITHIN);
    }

    // What its socket still has to say is none of our business any more.
    #forget() {
        clearTimeout(this.#answerBy);
        clearTimeout(this.#silence);
        const socket = this.#socket;
        this.#answerBy = this.#socket = undefined;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
    }
}
