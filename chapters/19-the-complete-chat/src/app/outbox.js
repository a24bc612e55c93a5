// What is to be kept by the server, and is not known to be.

const MOST = 64, TRY_AGAIN_AFTER = 5_000;

// The server cannot do it now, and may in a moment.
export const TEMPORARY = new Set(["rate", "unavailable"]);

// In each room one of them is on its way at a time. So all is kept in the order in which it
// was said, also when one of them has to be said again. One that was refused steps aside
// until somebody has it tried again or gives it up.
//
// An entry has its `message` (with its `id` and `room`), the number `seq` under which it is
// kept, and the `problem` for which it was refused.
export class Outbox {
    #entries = new Map(); // By their ids, in the order in which they were said.
    #ready = new Set(); // The rooms that something can be said in.
    #onItsWay = new Map(); // The id of what is on its way, by room.
    #timers = new Map(); // By room: when what the server could not do is tried again.
    #send;
    #changed;
    // Random, for each load of the page: an id is never used twice.
    #mark = [...crypto.getRandomValues(new Uint32Array(4))].map(n => n.toString(36)).join("");
    #last = 0;

    // `send(message)` sends; `changed(room)` hears that something is different there.
    constructor(send, changed = () => {}) {
        this.#send = send;
        this.#changed = changed;
    }

    get size() {
        return this.#entries.size;
    }

    // What waits in a room, oldest first.
    of(room) {
        return [...this.#entries.values()].filter(({ message }) => message.room === room);
    }

    get(id) {
        return this.#entries.get(id);
    }

    // Its id; nothing, if there is no place for it.
    add(message) {
        if (this.#entries.size >= MOST) return undefined;
        const id = `${this.#mark}-${this.#last += 1}`;
        this.#entries.set(id, { message: { ...message, id } });
        this.#changed(message.room);
        this.#next(message.room);
        return id;
    }

    // We are in the room: what has had no answer is sent, again if need be.
    ready(room) {
        this.#ready.add(room);
        this.#onItsWay.delete(room);
        this.#next(room);
    }

    // The connection is gone. What comes of what was on its way is not known.
    lost() {
        this.#ready.clear();
        this.#onItsWay.clear();
        for (const timer of this.#timers.values()) clearTimeout(timer);
        this.#timers.clear();
    }

    // It is kept, with this number. It is shown here until it is shown in its place.
    accepted(id, seq, seen) {
        const entry = this.#entries.get(id);
        if (entry === undefined) return;
        const { room } = entry.message;
        entry.seq = seq;
        this.told(room, seen);
        this.#changed(room);
        this.#done(room, id);
    }

    // Everything up to this number has been told.
    told(room, seen) {
        for (const [id, { message, seq }] of this.#entries) {
            if (message.room === room && seq <= seen) this.#entries.delete(id);
        }
    }

    // The server did not do it. What it may do in a moment is tried again by itself.
    refused(id, problem) {
        const entry = this.#entries.get(id);
        if (entry === undefined) return;
        const { room } = entry.message;
        if (TEMPORARY.has(problem.code)) {
            if (this.#timers.has(room)) return;
            const again = () => { this.#timers.delete(room); this.ready(room); };
            this.#timers.set(room, setTimeout(again, TRY_AGAIN_AFTER));
            return;
        }
        entry.problem = problem;
        this.#changed(room);
        this.#done(room, id);
    }

    // Tries once more what was refused.
    retry(id) {
        const entry = this.#entries.get(id);
        if (entry === undefined) return;
        entry.problem = undefined;
        this.#changed(entry.message.room);
        this.#next(entry.message.room);
    }

    // Gives it up; gives its message.
    discard(id) {
        const entry = this.#entries.get(id);
        if (entry === undefined) return undefined;
        this.#entries.delete(id);
        this.#changed(entry.message.room);
        return entry.message;
    }

    // Gives up what is for a room in which nothing can be said any more.
    forget(room) {
        const gone = this.of(room).map(({ message }) => this.discard(message.id));
        this.#ready.delete(room);
        this.#onItsWay.delete(room);
        return gone;
    }

    // What to keep over a reload: with its ids, so that it is still kept only once.
    messages() {
        return [...this.#entries.values()].map(({ message }) => message);
    }

    restore(messages) {
        for (const message of messages) {
            if (this.#entries.size < MOST) this.#entries.set(message.id, { message });
        }
    }

    #done(room, id) {
        if (this.#onItsWay.get(room) !== id) return;
        this.#onItsWay.delete(room);
        this.#next(room);
    }

    #next(room) {
        if (!this.#ready.has(room) || this.#onItsWay.has(room)) return;
        const next = this.of(room)
            .find(({ seq, problem }) => seq === undefined && problem === undefined);
        if (next === undefined) return;
        this.#onItsWay.set(room, next.message.id);
        this.#send(next.message);
    }
}
