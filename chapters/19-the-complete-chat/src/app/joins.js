// Which rooms the connection is in.

// How many it may be in: `ROOMS` in app.rs.
const MOST = 40;

const AGAIN_AFTER = 5_000;

// Of somebody's rooms all are joined, if they are not very many. Of very many the one that
// is opened is joined, and the one is left that was not opened for the longest time.
export class Joins {
    #rooms;
    #connection;
    #openings = 0;
    #timers = new Map();

    // `connection` gives the one that there is.
    constructor(rooms, connection) {
        this.#rooms = rooms;
        this.#connection = connection;
    }

    get #asked() {
        return [...this.#rooms.values()].filter(({ isAsked }) => isAsked);
    }

    join(room) {
        const connection = this.#connection();
        if (room.isAsked || connection.state.phase !== "connected") return;
        if (this.#asked.length >= MOST) return;
        room.isAsked = true;
        if (room.seen === undefined) room.begin(room.read);
        connection.ask({ type: "join", room: room.name, after: room.seen });
    }

    // It is looked at: now it is joined at any rate.
    open(room) {
        room.openedAs = ++this.#openings;
        const asked = this.#asked;
        if (!room.isAsked && asked.length >= MOST) {
            const [oldest] = asked.sort((one, other) => one.openedAs - other.openedAs);
            this.#connection().tell({ type: "leave", room: oldest.name });
            oldest.lost();
        }
        this.join(room);
    }

    // The server could not do it now.
    later(room) {
        room.isAsked = false;
        clearTimeout(this.#timers.get(room));
        this.#timers.set(room, setTimeout(() => this.join(room), AGAIN_AFTER));
    }

    // To a server that was silent: whether it is there shows in its answer.
    askSomething() {
        const room = [...this.#rooms.values()].find(({ isIn }) => isIn);
        if (room === undefined) return;
        this.#connection().ask({ type: "join", room: room.name, after: room.seen });
    }

    stop() {
        for (const timer of this.#timers.values()) clearTimeout(timer);
    }
}
