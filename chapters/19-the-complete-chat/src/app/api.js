// What is asked over HTTP: accounts, tickets and rooms. JSON both ways.

// Why nothing came of a request. Without a `status` there was no answer at all.
export class ApiError extends Error {
    constructor(status, { code = "unreachable", field, text } = {}, retryAfter = 0) {
        super(text ?? "The server cannot be reached.");
        Object.assign(this, { status, code, field, retryAfter });
    }

    // Nobody is signed in here, or not any more.
    get isSignedOut() {
        return this.status === 401 && this.code === "not_signed_in";
    }
}

// How long a request may take, in milliseconds.
const PATIENCE = 15_000;

export class Api {
    #fetch;

    // `fetch` is the browser's, or a test's.
    constructor(fetch = (...order) => globalThis.fetch(...order)) {
        this.#fetch = fetch;
    }

    me() { return this.#call("GET", "me"); }
    signUp(name, password) { return this.#call("POST", "sign-up", { name, password }); }
    signIn(name, password) { return this.#call("POST", "sign-in", { name, password }); }
    signOut() { return this.#call("POST", "sign-out", {}); }
    changePassword(old, replacement) {
        return this.#call("POST", "password", { old, new: replacement });
    }
    ticket() { return this.#call("POST", "ticket", {}); }
    rooms() { return this.#call("GET", "rooms"); }
    create(room, kind) { return this.#call("POST", "rooms", { room, kind }); }
    direct(name) { return this.#call("POST", "direct", { name }); }
    enter(room) { return this.#call("POST", this.#of(room, "enter"), {}); }
    leave(room) { return this.#call("POST", this.#of(room, "leave"), {}); }
    invite(room, name) { return this.#call("POST", this.#of(room, "invite"), { name }); }
    read(room, seq) { return this.#call("POST", this.#of(room, "read"), { seq }); }

    #of(room, what) {
        return `rooms/${encodeURIComponent(room)}/${what}`;
    }

    async #call(method, path, body) {
        let response, answer;
        try {
            response = await this.#fetch(`/api/${path}`, {
                method,
                headers: body === undefined ? {} : { "content-type": "application/json" },
                body: body === undefined ? undefined : JSON.stringify(body),
                cache: "no-store",
                signal: AbortSignal.timeout(PATIENCE),
            });
            answer = await response.text();
        } catch {
            throw new ApiError(0);
        }
        const value = parsed(answer);
        if (response.ok) return value;
        const retryAfter = Number(response.headers.get("retry-after")) || 0;
        const trouble = value?.error ?? { code: "trouble", text: sorry(response.status) };
        throw new ApiError(response.status, trouble, retryAfter);
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined; // A proxy's page, or nothing.
    }
}

const sorry = status => status === 503 ? "The server is not taking anybody at the moment."
    : `The server is in trouble (status ${status}).`;
