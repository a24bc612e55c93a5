// The best way to the server: a WebSocket.

export class WebSocketLine {
    #socket;

    // `events` are functions: `opened()`, `heard(text)` and `closed(code)`, which is the last.
    constructor(events, { origin = location.origin } = {}) {
        const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/chat`);
        this.#socket = socket;
        socket.onopen = () => events.opened();
        socket.onmessage = ({ data }) => events.heard(data);
        socket.onclose = ({ code }) => events.closed(code);
    }

    tell(text) {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
    }

    // What the socket still has to say is none of our business any more.
    close() {
        const socket = this.#socket;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
    }
}

// Whether a WebSocket can be had at all: it is opened, and closed at once.
export function websocketWorks(within = 5_000) {
    return new Promise(done => {
        const line = new WebSocketLine({
            opened: () => finish(true), heard() {}, closed: () => finish(false),
        });
        const timer = setTimeout(() => finish(false), within);
        const finish = works => {
            clearTimeout(timer);
            line.close();
            done(works);
        };
    });
}
