// When a window whose connection was cut comes back: as chapter 14's `schedule.rs` has it.

const FIRST = 5_000, BASE = 5_000, MOST = 60_000, STEADY = 10_000;

export class Schedule {
    #attempts = 0;
    #random;

    constructor(random = Math.random) {
        this.#random = random;
    }

    // How long to wait before the next attempt, in milliseconds. All of the first wait is
    // random: those who were cut at the same instant must not come back at another one. A
    // server that has said when to come is believed, and not asked earlier.
    next(atLeast = 0) {
        const attempt = this.#attempts++;
        if (attempt === 0) return atLeast + this.#random() * FIRST;
        const length = Math.min(BASE * 2 ** (attempt - 1), MOST);
        return Math.max(length * (0.5 + this.#random() / 2), atLeast);
    }

    // A connection that was cut at once is no better than an attempt that failed.
    connectedFor(milliseconds) {
        if (milliseconds >= STEADY) this.#attempts = 0;
    }
}
