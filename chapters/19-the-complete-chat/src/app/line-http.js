// The ways to the server where WebSockets are blocked. What we say goes by POST; what we are
// told comes as server-sent events, or as the answers to requests that are held.

const LINE = "/chat/line";

// How often a POST is tried again, and how long after one that failed, in milliseconds.
const TRIES = 3, PAUSE = 1_000;

// What may be answered otherwise a little later.
const isForNow = ({ status }) => status >= 500 || status === 408 || status === 429;

// How many messages may come before the server is told that they are here. It keeps them
// until then.
const TELL_AFTER = 32;

// The POSTs of one line. One of them is on its way at a time, and it carries what was said
// since the last one. They are numbered: one that is sent again is not taken twice. They also
// say up to where we have heard.
export class Sayer {
    #url;
    #failed;
    #fetch;
    #waiting = [];
    #said = 0;
    #heard = 0;
    #told = 0; // Up to where the server knows that we have heard.
    #isBusy = false;
    #isOver = false;

    // `failed(code)` is called when nothing can be said any more.
    constructor(url, failed, fetch) {
        this.#url = url;
        this.#failed = failed;
        this.#fetch = fetch;
    }

    say(text) {
        this.#waiting.push(text);
        if (!this.#isBusy) this.#run();
    }

    heard(number) {
        this.#heard = number;
        if (!this.#isBusy) this.#run();
    }

    // Nothing is said any more.
    stop() {
        this.#isOver = true;
    }

    get #isDue() {
        return this.#waiting.length > 0 || this.#heard - this.#told >= TELL_AFTER;
    }

    async #run() {
        this.#isBusy = true;
        while (this.#isDue && !this.#isOver) {
            const messages = this.#waiting.splice(0, 16);
            const after = this.#heard;
            const code = await this.#post({ n: this.#said + 1, messages, after });
            if (code !== undefined) {
                if (!this.#isOver) this.#failed(code);
                return;
            }
            this.#said += messages.length;
            this.#told = after;
        }
        this.#isBusy = false;
    }

    // Nothing, when it was taken; otherwise the code with which it is over.
    async #post(body) {
        for (let tries = 0; tries < TRIES && !this.#isOver; tries++) {
            if (tries > 0) await new Promise(done => setTimeout(done, PAUSE));
            const response = await post(this.#fetch, this.#url, body);
            if (response?.ok) return undefined;
            if (response === undefined || isForNow(response)) continue;
            const answer = await response.json().catch(() => {});
            return answer?.closed?.code ?? 1006;
        }
        return 1006;
    }
}

// What both have in common: a line of this name on the server, and an end. That it is ours is
// shown by a cookie, which comes with the name and goes with all requests of the line.
class HttpLine {
    events;
    fetch;
    url;
    #sayer;
    #isOver = false;

    constructor(events, { fetch = (...order) => globalThis.fetch(...order) } = {}) {
        this.events = events;
        this.fetch = fetch;
        this.#open();
    }

    async #open() {
        const response = await post(this.fetch, LINE, {});
        const answer = response?.ok ? await response.json().catch(() => {}) : undefined;
        if (this.#isOver) return;
        if (answer?.line === undefined) return this.end(1006);
        this.url = `${LINE}/${encodeURIComponent(answer.line)}`;
        this.#sayer = new Sayer(`${this.url}/say`, code => this.end(code), this.fetch);
        this.listen();
    }

    get isOver() {
        return this.#isOver;
    }

    tell(text) {
        this.#sayer?.say(text);
    }

    // All messages up to this number are here.
    acknowledge(number) {
        this.#sayer?.heard(number);
    }

    // It is over, for this reason.
    end(code) {
        if (this.#isOver) return;
        this.#stop();
        this.events.closed(code);
    }

    // We go, and tell the server; the page may be going as well.
    close() {
        if (this.#isOver) return;
        this.#stop();
        if (this.url !== undefined) {
            post(this.fetch, `${this.url}/close`, {}, { keepalive: true });
        }
    }

    #stop() {
        this.#isOver = true;
        this.#sayer?.stop();
        this.silence();
    }
}

// Server-sent events. A connection that is cut is opened again by the browser itself, which
// says what it has heard last.
export class EventsLine extends HttpLine {
    #source;

    listen() {
        const source = new EventSource(`${this.url}/events`);
        this.#source = source;
        source.onopen = () => this.events.opened();
        source.onmessage = ({ data, lastEventId }) => {
            this.events.heard(data);
            this.acknowledge(Number(lastEventId));
        };
        source.addEventListener("close", ({ data }) => this.end(JSON.parse(data).code));
        source.onerror = () => {
            if (source.readyState === EventSource.CLOSED) this.end(1006);
        };
    }

    silence() {
        this.#source?.close();
    }
}

// Long polling: each request says what was heard last, and is answered when there is more.
export class PollingLine extends HttpLine {
    #stopped = new AbortController();

    async listen() {
        this.events.opened();
        let after = 0, tries = 0;
        while (!this.isOver) {
            const answer = await this.#poll(after);
            if (this.isOver) return;
            if (answer === undefined) {
                if (++tries >= TRIES) return this.end(1006);
                await new Promise(done => setTimeout(done, PAUSE));
                continue;
            }
            tries = 0;
            after = answer.last;
            for (const text of answer.messages) this.events.heard(text);
            if (answer.closed !== undefined) this.end(answer.closed.code);
        }
    }

    silence() {
        this.#stopped.abort();
    }

    async #poll(after) {
        const signal = this.#stopped.signal;
        try {
            const order = { cache: "no-store", signal };
            const response = await this.fetch(`${this.url}/poll?after=${after}`, order);
            if (response.ok) return await response.json();
            if (!isForNow(response)) this.end(1006);
        } catch { /* Cut, or stopped. */ }
        return undefined;
    }
}

// The response; nothing, if there was none.
async function post(fetch, url, body, more = {}) {
    try {
        return await fetch(url, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
            ...more,
        });
    } catch {
        return undefined;
    }
}
