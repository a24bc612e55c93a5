// What outlives a reload and the end of a session: which room was open, the drafts of each
// room, and what was said and is not kept yet. It lies in this window's own storage, under the person's name, until
// the person signs out.

const empty = () => ({ drafts: {}, unsent: [] });

export class Keep {
    #storage;
    #key;
    #kept;

    constructor(name, storage = globalThis.sessionStorage) {
        this.#storage = storage;
        this.#key = `chat:${name}`;
        this.#kept = this.#load();
    }

    draft(room) {
        return this.#kept.drafts[room] ?? "";
    }

    setDraft(room, text) {
        if (this.draft(room) === text) return;
        if (text === "") delete this.#kept.drafts[room];
        else this.#kept.drafts[room] = text;
        this.#save();
    }

    hasDraft(room) {
        return this.draft(room).trim() !== "";
    }

    get openRoom() {
        return this.#kept.openRoom;
    }

    set openRoom(name) {
        if (this.openRoom === name) return;
        this.#kept.openRoom = name;
        this.#save();
    }

    get unsent() {
        return this.#kept.unsent;
    }

    set unsent(messages) {
        if (messages.length === 0 && this.#kept.unsent.length === 0) return;
        this.#kept.unsent = messages;
        this.#save();
    }

    clear() {
        this.#kept = empty();
        try {
            this.#storage.removeItem(this.#key);
        } catch { /* There is no storage: nothing lies there. */ }
    }

    #load() {
        try {
            return { ...empty(), ...JSON.parse(this.#storage.getItem(this.#key) ?? "{}") };
        } catch {
            return empty();
        }
    }

    // Without storage, or with a full one, it is kept as long as the page is.
    #save() {
        try {
            this.#storage.setItem(this.#key, JSON.stringify(this.#kept));
        } catch { /* See above. */ }
    }
}
