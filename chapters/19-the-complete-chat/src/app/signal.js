// Says that something has changed: once, however much has changed in a moment. By a
// microtask or a timer and not by a frame: a window behind others gets no frames, and what
// comes there is announced all the same.

const APART = 30; // Milliseconds, at least, between two times.

export class Signal {
    #listeners = [];
    #isDue = false;
    #last = -Infinity;

    listen(listener) {
        this.#listeners.push(listener);
    }

    changed() {
        if (this.#isDue) return;
        this.#isDue = true;
        const wait = this.#last + APART - performance.now();
        if (wait <= 0) queueMicrotask(() => this.#tell());
        else setTimeout(() => this.#tell(), wait);
    }

    #tell() {
        this.#isDue = false;
        this.#last = performance.now();
        for (const listener of this.#listeners) listener();
    }
}
