// What the pages of the chat are made of. What comes from others is data: it becomes text,
// never markup.

export const find = id => document.getElementById(id);

// What the server's close codes mean for who reads this.
export const GOODBYES = {
    1000: "goodbye",
    1001: "the server stops",
    1002: "what came was broken",
    1003: "what came was no text",
    1005: "goodbye",
    1006: "the connection is lost",
    1007: "what came was no text",
    1008: "this window says too much",
    1009: "that was too large",
    1013: "this window read too slowly",
    4001: "the server waited for a hello",
};

// An element with this text, which keeps its direction of writing to itself.
export function called(text, kind = "") {
    return Object.assign(document.createElement("bdi"), { textContent: text, className: kind });
}

// A list of who is here.
export class People {
    constructor(list) {
        this.list = list;
    }

    show(names) {
        this.list.replaceChildren();
        names.forEach(name => this.add(name));
    }

    add(name) {
        if (this.#item(name)) return;
        const item = document.createElement("li");
        item.append(called(name));
        this.list.append(item);
    }

    remove(name) {
        this.#item(name)?.remove();
    }

    #item(name) {
        return [...this.list.children].find(item => item.textContent === name);
    }
}

// Who is writing, each with the timer that forgets it.
export class Writers {
    #timers = new Map();

    constructor(place) {
        this.place = place;
    }

    add(name) {
        clearTimeout(this.#timers.get(name));
        this.#timers.set(name, setTimeout(() => this.forget(name), 4000));
        this.#show();
    }

    forget(name) {
        clearTimeout(this.#timers.get(name));
        this.#timers.delete(name);
        this.#show();
    }

    forgetAll() {
        for (const name of [...this.#timers.keys()]) this.forget(name);
    }

    #show() {
        const names = [...this.#timers.keys()];
        this.place.textContent = names.length === 0 ? "" :
            `${names.slice(0, 3).join(", ")} ${names.length > 1 ? "are" : "is"} writing …`;
    }
}
