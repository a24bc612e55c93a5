// The chat of one person: the rooms, what is heard of them, and what is said in them.

import { Connection } from "./connection.js";
import { Joins } from "./joins.js";
import { Outbox, TEMPORARY } from "./outbox.js";
import { Room } from "./room.js";
import { Signal } from "./signal.js";

const PAGE = 50, TYPING_EVERY = 2_000, READ_AFTER = 400;

export class Chat {
    changed = new Signal();
    rooms = new Map(); // By their names.
    openRoom; // The name of the one that is looked at.
    found; // What was searched for last: { room, query, messages }.
    #api;
    #keep;
    #tells;
    #toldTyping = 0;
    #reading; // What has been read and is not told yet: { room, timer }.
    #joins = new Joins(this.rooms, () => this.connection);

    // `keep` holds what outlives a reload. `tells` are functions for what is said only once:
    // `heard(room, message)`, `notice(text)`, `added(room)` and `removed(room, unsent)`.
    constructor(api, me, keep, tells, lines) {
        this.me = me;
        this.#api = api;
        this.#keep = keep;
        this.#tells = tells;
        this.outbox = new Outbox(message => this.connection.ask(message), () => {
            keep.unsent = this.outbox.messages();
            this.changed.changed();
        });
        this.outbox.restore(keep.unsent);
        this.connection = new Connection(api, {
            changed: () => this.#connectionChanged(),
            heard: message => {
                // A message that is not among ours is of a later version, and passed over.
                if (!Object.hasOwn(this.#hears, message.type)) return;
                this.#hears[message.type](message);
                this.changed.changed();
            },
            silent: () => this.#joins.askSomething(),
        }, lines);
    }

    get room() {
        return this.rooms.get(this.openRoom);
    }

    // Rooms in the order of the list: rooms first, then persons, each by their names.
    get sorted() {
        const key = ({ kind, title }) => [kind === "direct" ? 1 : 0, title];
        return [...this.rooms.values()].sort((one, other) => {
            const [[a, x], [b, y]] = [key(one), key(other)];
            return a - b || x.localeCompare(y);
        });
    }

    get unread() {
        return [...this.rooms.values()].reduce((sum, room) =>
            sum + room.unread(this.me).count, 0);
    }

    // ---- What is done

    open(name) {
        this.openRoom = this.#keep.openRoom = name;
        const room = this.room;
        if (room !== undefined) {
            this.#joins.open(room);
            if (room.messages.length === 0) this.loadOlder();
        }
        this.changed.changed();
    }

    // Whether there was a place for it.
    say(text) {
        this.#toldTyping = 0;
        return this.#post({ type: "say", room: this.openRoom, text });
    }

    edit(seq, text) {
        return this.#post({ type: "edit", room: this.openRoom, seq, text });
    }

    delete(seq) {
        return this.#post({ type: "delete", room: this.openRoom, seq });
    }

    types() {
        if (Date.now() - this.#toldTyping < TYPING_EVERY || !this.room?.isIn) return;
        this.#toldTyping = Date.now();
        this.connection.tell({ type: "typing", room: this.openRoom });
    }

    loadOlder(limit = PAGE) {
        const room = this.room;
        if (!room?.isIn || room.isLoading || !room.hasOlder) return;
        room.isLoading = true;
        this.connection.ask({ type: "page", room: room.name, before: room.oldest, limit });
        this.changed.changed();
    }

    // Whether it could be asked for.
    search(query) {
        if (!this.room?.isIn) return false;
        this.found = undefined;
        this.connection.ask({ type: "search", room: this.openRoom, query });
        return true;
    }

    // All that we were told of the open room has been read.
    markRead() {
        const room = this.room;
        if (room === undefined || !room.isIn || room.seen <= room.read) return;
        room.readUpTo(room.seen);
        this.changed.changed();
        if (this.#reading !== undefined && this.#reading.room !== room) this.#tellRead();
        clearTimeout(this.#reading?.timer);
        const timer = setTimeout(() => this.#tellRead(), READ_AFTER);
        this.#reading = { room, timer };
    }

    // A room that the API has given us.
    add(info) {
        this.#learn(info);
        this.open(info.room);
    }

    // The end: nothing is left of it in this window.
    forget() {
        clearTimeout(this.#reading?.timer);
        this.#joins.stop();
        this.connection.stop();
        this.#keep.clear();
    }

    // Nobody is in it any more: not we, and not what waits to be said there.
    remove(name) {
        const room = this.rooms.get(name);
        if (room === undefined) return;
        room.lost();
        this.rooms.delete(name);
        if (this.openRoom === name) this.openRoom = undefined;
        const unsent = this.outbox.forget(name);
        this.#tells.removed(room, unsent);
        this.changed.changed();
    }

    // ---- What is heard

    #hears = {
        welcome: ({ rooms }) => {
            const names = new Set(rooms.map(({ room }) => room));
            for (const name of [...this.rooms.keys()]) if (!names.has(name)) this.remove(name);
            for (const info of rooms) this.#learn(info);
            if (this.room !== undefined) this.open(this.openRoom);
        },
        room: ({ room }) => {
            const isNew = !this.rooms.has(room.room);
            this.#learn(room);
            if (isNew && room.kind !== "public") this.#tells.added(this.rooms.get(room.room));
        },
        removed: ({ room }) => this.remove(room),
        left: ({ room }) => this.rooms.get(room)?.lost(),
        read: ({ room, seq }) => this.rooms.get(room)?.readUpTo(seq),
        joined: ({ room: name, members }) => {
            const room = this.rooms.get(name);
            if (room === undefined) return;
            room.present = new Set(members);
            if (room.isIn) return;
            room.isIn = true;
            this.outbox.ready(name);
            if (name === this.openRoom && room.messages.length === 0) this.loadOlder();
        },
        message: message => {
            const room = this.#next(message);
            if (room === undefined) return;
            room.say(message, room.name === this.openRoom);
            if (message.name === this.me) {
                // To hear it is as good as an answer.
                this.outbox.accepted(message.id, message.seq, room.seen);
            } else {
                this.#tells.heard(room, message);
            }
            this.outbox.told(room.name, room.seen);
        },
        edited: ({ target, text, ...told }) => this.#change(told, target, text),
        deleted: ({ target, ...told }) => this.#change(told, target, undefined),
        accepted: ({ room, id, seq }) => {
            this.outbox.accepted(id, seq, this.rooms.get(room)?.seen);
        },
        gap: gap => {
            const room = this.rooms.get(gap.room);
            if (room === undefined) return;
            room.skip(gap);
            this.outbox.told(room.name, room.seen);
            if (room.name === this.openRoom && room.gap.wasPutBack) this.loadOlder();
        },
        page: ({ room, messages, more }) => this.rooms.get(room)?.prepend(messages, more),
        found: found => { this.found = found; },
        presence: ({ room, name, state }) => {
            if (state === "here") this.rooms.get(room)?.comes(name);
            else this.rooms.get(room)?.goes(name);
        },
        typing: ({ room, name }) => this.rooms.get(room)?.writes(name),
        error: problem => this.#hearProblem(problem),
    };

    #hearProblem(problem) {
        if (this.outbox.get(problem.id) !== undefined) {
            return this.outbox.refused(problem.id, problem);
        }
        const room = this.rooms.get(problem.room);
        if (room !== undefined && !room.isIn) {
            if (TEMPORARY.has(problem.code)) return this.#joins.later(room);
            if (problem.code === "no_such_room") return this.remove(room.name);
        }
        if (room !== undefined) room.isLoading = false;
        this.#tells.notice(problem.text);
    }

    // The room, if this is the next that happened there.
    #next({ room: name, seq }) {
        const room = this.rooms.get(name);
        const order = room?.next(seq);
        if (order === "missing") this.connection.drop("Something was missing.");
        return order === "next" ? room : undefined;
    }

    #change(told, target, text) {
        const room = this.#next(told);
        if (room === undefined) return;
        room.change(target, text, told.seq);
        this.outbox.told(room.name, room.seen);
    }

    // ---- The connection

    #learn(info) {
        const known = this.rooms.get(info.room);
        if (known !== undefined) known.learn(info);
        else this.rooms.set(info.room, new Room(info, () => this.changed.changed()));
        this.#joins.join(this.rooms.get(info.room));
    }

    #connectionChanged() {
        if (this.connection.state.phase !== "connected") {
            this.outbox.lost();
            for (const room of this.rooms.values()) room.lost();
        }
        this.changed.changed();
    }

    #post(message) {
        const id = this.outbox.add(message);
        if (id === undefined) this.#tells.notice("Too much waits to be kept. Wait a little.");
        return id !== undefined;
    }

    async #tellRead() {
        const { room, timer } = this.#reading;
        clearTimeout(timer);
        this.#reading = undefined;
        if (!room.isIn) return;
        try {
            await this.#api.read(room.name, room.read);
        } catch { /* Then it is unread elsewhere, until more is read. */ }
    }
}
