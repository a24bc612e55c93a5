// A server, a storage and a clock for the tests of the app's modules.

import { mock } from "node:test";

export const app = name => import(new URL(`../../src/app/${name}`, import.meta.url));

// Lets everything happen that is due without the clock.
export async function settle() {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

// The clock stands still; `pass` lets milliseconds go by.
export function stoppedClock() {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
    mock.method(performance, "now", () => Date.now());
}

export async function pass(milliseconds) {
    mock.timers.tick(milliseconds);
    await settle();
}

export class Storage {
    items = new Map();
    getItem(key) { return this.items.get(key) ?? null; }
    setItem(key, value) { this.items.set(key, value); }
    removeItem(key) { this.items.delete(key); }
}

// A line whose other end is the test.
export class FakeLine {
    static opened = [];
    static works = true;
    told = [];
    isClosed = false;

    constructor(events) {
        this.events = events;
        this.constructor.opened.push(this);
        queueMicrotask(() => {
            if (this.constructor.works) events.opened();
            else events.closed(1006);
        });
    }

    tell(text) { this.told.push(JSON.parse(text)); }
    close() { this.isClosed = true; }
    hears(message) { this.events.heard(JSON.stringify(message)); }
    // What it was told since the last time it was asked.
    get news() { return this.told.splice(0); }
}

// Three kinds of lines, each with its own list of those that were opened.
export function fakeLines() {
    const kind = () => class extends FakeLine { static opened = []; static works = true; };
    return { websocket: kind(), events: kind(), polling: kind() };
}

// A response as `fetch` gives it.
export const response = (status, body, headers = {}) => new Response(
    status === 204 ? null : JSON.stringify(body), { status, headers });
