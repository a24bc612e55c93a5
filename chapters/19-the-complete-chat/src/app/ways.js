// Which of three ways leads to the server, the best one first. Where WebSockets are blocked
// the next one is taken, and after a while WebSockets are tried again.

export const WAYS = ["websocket", "events", "polling"];

export const CALLED = {
    websocket: "WebSocket",
    events: "server-sent events",
    polling: "long polling",
};

const FIRST_LOOK = 60_000, RAREST_LOOK = 16 * 60_000;

export class Ways {
    #at = 0;
    #looks = 0;

    get current() {
        return WAYS[this.#at];
    }

    // It does not lead there, though the server answers. Whether there is another way; if
    // not, the first is the next.
    failed() {
        this.#at = (this.#at + 1) % WAYS.length;
        return this.#at !== 0;
    }

    // How long until WebSockets are worth another look, in milliseconds; nothing while they
    // are what is used. Each look waits twice as long as the one before.
    nextLook() {
        if (this.#at === 0) return undefined;
        return Math.min(FIRST_LOOK * 2 ** this.#looks++, RAREST_LOOK);
    }

    // They can be had again.
    reset() {
        this.#at = this.#looks = 0;
    }
}
