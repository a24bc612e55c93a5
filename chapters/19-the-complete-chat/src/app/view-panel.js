// Beside the room: who is in it, or what was found in it.

import { avatar, find, hidden, make, reconcile, words } from "./dom.js";

export class PanelView {
    #chat;
    #acts;
    #shows; // `people`, `search`, or nothing.
    #openedBy;
    #found;

    // `acts` are functions: `show(seq)`, `write(name)`, `leave()`, and `turned()` when it has
    // been opened or closed.
    constructor(chat, acts) {
        this.#chat = chat;
        this.#acts = acts;
        find("people-open").onclick = () => this.toggle("people");
        find("search-open").onclick = () => this.toggle("search");
        find("panel-close").onclick = () => this.close();
        find("room-leave").onclick = () => acts.leave();
        find("search-form").onsubmit = event => { event.preventDefault(); this.#search(); };
    }

    get isOpen() {
        return this.#shows !== undefined;
    }

    toggle(what) {
        if (this.#shows === what) return this.close();
        this.#openedBy = document.activeElement;
        this.#become(what);
        if (what === "search") find("query").focus();
        else find("panel-close").focus();
    }

    close() {
        if (!this.isOpen) return;
        this.#become(undefined);
        if (this.#openedBy?.isConnected) this.#openedBy.focus();
    }

    // Another room has other people, and other words.
    forget() {
        this.#found = undefined;
        find("hits").replaceChildren();
        find("found-title").textContent = "";
        if (this.#shows === "search") this.#become(undefined);
    }

    draw() {
        if (this.#shows === "people") this.#drawPeople();
        const { found, openRoom } = this.#chat;
        if (found !== undefined && found !== this.#found && found.room === openRoom) {
            this.#drawFound(found);
        }
    }

    #become(what) {
        this.#shows = what;
        document.body.classList.toggle("panel", this.isOpen);
        find("panel").hidden = !this.isOpen;
        this.#acts.turned();
        for (const part of ["people", "search"]) {
            find(part).hidden = part !== what;
            find(`${part}-open`).setAttribute("aria-expanded", part === what);
        }
        find("panel-title").textContent = what === "search" ? "Search" : "People";
        this.draw();
    }

    #drawPeople() {
        const { room, me } = this.#chat;
        if (room === undefined) return this.close();
        const byName = (one, other) => one.localeCompare(other);
        const here = [...room.present].sort(byName);
        const members = room.kind === "direct" ? [me, room.with] : room.members ?? [];
        const away = members.filter(name => !room.present.has(name)).sort(byName);
        const rows = (names, isHere) => names.map(name => ({ key: name, isHere }));
        const draw = (item, row) => this.#drawPerson(item, row);
        reconcile(find("here"), rows(here, true), draw);
        reconcile(find("away"), rows(away, false), draw);
        find("here-title").textContent = `Here (${here.length})`;
        find("away-title").textContent = `Not here (${away.length})`;
        find("away-title").hidden = find("away").hidden = away.length === 0;
        find("here-title").hidden = find("here").hidden = here.length === 0;
        find("room-leave").hidden = room.kind === "direct";
    }

    #drawPerson(item, { key: name, isHere }) {
        const picture = avatar(name);
        picture.classList.toggle("here", isHere);
        if (name === this.#chat.me) {
            item.replaceChildren(make("span", { className: "person" }, picture, words(name),
                make("span", { className: "quiet", textContent: "you" })));
            return;
        }
        const write = make("button", { className: "person", type: "button",
            onclick: () => this.#acts.write(name) }, hidden("Write to "), picture, words(name));
        item.replaceChildren(write);
    }

    #search() {
        const query = find("query").value;
        if (query.trim() === "") return find("query").focus();
        const isAsked = this.#chat.search(query);
        find("hits").replaceChildren();
        find("found-title").textContent = isAsked ? "Searching …"
            : "There is no connection. Search again when there is one.";
    }

    #drawFound(found) {
        this.#found = found;
        const { query, messages } = found;
        const count = messages.length === 0 ? "Nothing" : `${messages.length}`;
        find("found-title").textContent = `${count} found for “${query}”`;
        find("hits").replaceChildren(...messages.map(({ seq, name, text }) =>
            make("li", {}, make("button", {
                className: "hit", type: "button", onclick: () => this.#acts.show(seq),
            }, words(name, "name"), words(text ?? "This was deleted.", "words")))));
    }
}
