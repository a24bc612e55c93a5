// What is to be kept by the server, and is not known to be.

import { called } from "./parts.js";

const MOST = 64, TRY_AGAIN_AFTER = 5_000;

// The server cannot do it now, and may in a moment.
export const TEMPORARY = new Set(["rate", "unavailable"]);

// One of them is on its way at a time. So all is kept in the order in which it was said,
// also when one of them has to be said again.
export class Outbox {
    #entries = new Map(); // By their ids: each a message, its place on the page, its number.
    #list;
    #send;
    #isReady = false;
    #onItsWay;
    #again;
    // Random, for each load of the page: an id is never used twice.
    #mark = [...crypto.getRandomValues(new Uint32Array(4))].map(n => n.toString(36)).join("");
    #last = 0;

    constructor(list, send) {
        this.#list = list;
        this.#send = send;
    }

    get size() {
        return this.#entries.size;
    }

    // Whether there is room for it.
    add(message, words) {
        if (this.#entries.size >= MOST) return false;
        const id = `${this.#mark}-${this.#last += 1}`;
        const item = document.createElement("li");
        item.append(called(words));
        this.#list.append(item);
        this.#entries.set(id, { message: { ...message, id }, item, seq: undefined });
        this.#next();
        return true;
    }

    // We are in the room: what has had no answer is sent, again if need be.
    ready() {
        this.#isReady = true;
        this.#onItsWay = undefined;
        this.#next();
    }

    lost() {
        this.#isReady = false;
        clearTimeout(this.#again);
    }

    // It is kept, with this number. It is shown here until it is shown in its place.
    accepted(id, seq, seen) {
        const entry = this.#entries.get(id);
        if (entry !== undefined) entry.seq = seq;
        this.told(seen);
        if (this.#onItsWay === id) this.ready();
    }

    // Everything up to this number has been told.
    told(seen) {
        for (const [id, { seq }] of this.#entries) if (seq <= seen) this.#remove(id);
    }

    // What the server does not keep, and never will; nothing if it is tried again.
    refused(id, code) {
        const entry = this.#entries.get(id);
        if (TEMPORARY.has(code)) {
            this.#again = setTimeout(() => this.ready(), TRY_AGAIN_AFTER);
            return undefined;
        }
        this.#remove(id);
        if (this.#onItsWay === id) this.ready();
        return entry?.message;
    }

    has(id) {
        return this.#entries.has(id);
    }

    clear() {
        this.lost();
        for (const id of [...this.#entries.keys()]) this.#remove(id);
    }

    #remove(id) {
        this.#entries.get(id)?.item.remove();
        this.#entries.delete(id);
    }

    #next() {
        if (!this.#isReady || this.#onItsWay !== undefined) return;
        for (const [id, { message, seq }] of this.#entries) {
            if (seq !== undefined) continue;
            this.#onItsWay = id;
            return this.#send(message);
        }
    }
}
