// One room as this window knows it: what was said, who is there, what has not been read.

const MOST_MESSAGES = 2_000, WRITES_FOR = 4_000;

export class Room {
    isIn = false; // Whether this connection is in it.
    isAsked = false; // Whether it has asked to be in it.
    openedAs = 0; // Which opening it was when it was last opened: the larger, the later.
    seen; // The last number that we were told; nothing before the first join.
    oldest; // The number before which nothing is here.
    hasOlder = false;
    isLoading = false; // Whether older messages have been asked for.
    gap; // What has been left out just before the first message here: { first, last }.
    messages = []; // Oldest first: { seq, name, text, id, changed }; deleted without a text.
    present = new Set();
    #bySeq = new Map();
    #writers = new Map();
    #changed;

    // `changed` is called when writers are forgotten by the clock.
    constructor(info, changed = () => {}) {
        this.#changed = changed;
        this.learn(info);
    }

    // What the server says about the room.
    learn({ room, kind, with: other, read, members }) {
        Object.assign(this, { name: room, kind, with: other, members });
        this.readUpTo(read ?? 0);
    }

    // What it is called. The name of a private room has an end that nobody can guess.
    get title() {
        if (this.kind === "direct") return this.with;
        return this.kind === "private" ? this.name.replace(/--[^-]+$/, "") : this.name;
    }

    // Before the first join: what follows on `after` is told, and what was before is loaded.
    begin(after) {
        this.seen = after;
        this.#clear();
    }

    // Whether this number is the next one: `old` was told before, and with `missing` this
    // connection is good for nothing, since something was left out.
    next(seq) {
        if (seq <= this.seen) return "old";
        if (seq > this.seen + 1) return "missing";
        this.seen = seq;
        return "next";
    }

    say(message, isWatched) {
        this.#forgetWriter(message.name);
        this.messages.push(this.#known(message));
        // Who reads far up keeps what is there.
        if (this.messages.length > MOST_MESSAGES && !isWatched) this.#trim();
    }

    change(target, text, changed) {
        const message = this.#bySeq.get(target);
        if (message !== undefined) Object.assign(message, { text, changed });
    }

    // What is here may have been changed in what is not told; so the room begins anew. A gap
    // that begins with what we have seen means that the server has lost it.
    skip({ first, last }) {
        const wasPutBack = first <= this.seen;
        this.seen = wasPutBack ? first - 1 : last;
        this.#clear();
        this.gap = { first, last, wasPutBack };
    }

    // Older messages.
    prepend(messages, more) {
        this.isLoading = false;
        this.gap = undefined;
        const older = messages.filter(({ seq }) => seq < this.oldest);
        this.messages.unshift(...older.map(message => this.#known(message)));
        this.oldest = older[0]?.seq ?? this.oldest;
        this.hasOlder = more;
    }

    find(seq) {
        return this.#bySeq.get(seq);
    }

    readUpTo(seq) {
        this.read = Math.max(this.read ?? 0, seq);
    }

    // How many messages of others have not been read, and whether there are more than these.
    unread(me) {
        let count = 0;
        for (let at = this.messages.length - 1; at >= 0; at--) {
            const { seq, name, text } = this.messages[at];
            if (seq <= this.read) return { count, more: false };
            if (name !== me && text !== undefined) count++;
        }
        return { count, more: this.gap !== undefined && this.gap.last > this.read };
    }

    // The first message of somebody else that has not been read.
    firstUnread(me) {
        return this.messages.find(({ seq, name, text }) =>
            seq > this.read && name !== me && text !== undefined)?.seq;
    }

    get writers() {
        return [...this.#writers.keys()];
    }

    writes(name) {
        clearTimeout(this.#writers.get(name));
        this.#writers.set(name, setTimeout(() => {
            this.#forgetWriter(name);
            this.#changed();
        }, WRITES_FOR));
    }

    comes(name) {
        this.present.add(name);
    }

    goes(name) {
        this.present.delete(name);
        this.#forgetWriter(name);
    }

    // The connection is gone, and nobody knows who is there.
    lost() {
        this.isIn = this.isAsked = this.isLoading = false;
        this.present.clear();
        for (const name of this.writers) this.#forgetWriter(name);
    }

    #forgetWriter(name) {
        clearTimeout(this.#writers.get(name));
        this.#writers.delete(name);
    }

    #known({ seq, name, text, id, changed }) {
        const message = { seq, name, text, id, changed };
        this.#bySeq.set(seq, message);
        return message;
    }

    #clear() {
        this.messages = [];
        this.#bySeq.clear();
        this.oldest = this.seen + 1;
        this.hasOlder = this.seen > 0;
        this.isLoading = false;
        this.gap = undefined;
    }

    // The oldest are too many. They can be loaded again.
    #trim() {
        const gone = this.messages.splice(0, this.messages.length - MOST_MESSAGES);
        for (const { seq } of gone) this.#bySeq.delete(seq);
        this.oldest = this.messages[0].seq;
        this.hasOlder = true;
    }
}
