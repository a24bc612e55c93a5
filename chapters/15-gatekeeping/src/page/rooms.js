// The rooms that one may enter, and the one that is shown.

import { get, post } from "./api.js";
import { called, find } from "./parts.js";
import { Room } from "./room.js";

export class Rooms {
    current; // The one that is shown.
    #opened = new Map(); // Those whose messages we have, by their names.
    #tried;
    #join;

    // `tried` does something and shows why it cannot be done, `join` tells the server that we
    // come into a room.
    constructor({ tried, join }) {
        this.#tried = tried;
        this.#join = join;
    }

    get(name) {
        return this.#opened.get(name);
    }

    get opened() {
        return [...this.#opened.values()];
    }

    // Shows which rooms there are: one's own, and all public ones.
    async list() {
        const { rooms } = await get("rooms");
        find("rooms").replaceChildren(...rooms.map(({ member, ...info }) => {
            const room = this.#opened.get(info.room) ?? new Room(info);
            room.info = info;
            const open = document.createElement("button");
            open.type = "button";
            open.append(called(room.title));
            open.dataset.room = info.room;
            if (room === this.current) open.ariaCurrent = "true";
            open.addEventListener("click", () => this.#tried(async () => {
                if (!member) await post(`rooms/${info.room}/enter`);
                this.enter(info);
            }));
            const item = document.createElement("li");
            item.append(open);
            return item;
        }));
        this.describe();
    }

    // Shows a room that we are a member of, and joins it if we have not.
    enter(info) {
        const room = this.#opened.get(info.room) ?? new Room(info);
        room.info = info;
        this.#opened.set(info.room, room);
        this.current = room;
        for (const open of this.#buttons()) {
            const isCurrent = open.dataset.room === info.room;
            open.ariaCurrent = isCurrent ? "true" : null;
            if (isCurrent) open.classList.remove("new");
        }
        find("logs").replaceChildren(room.lines);
        find("here").hidden = false;
        find("title").textContent = room.title;
        find("scroll").scrollTop = find("scroll").scrollHeight;
        this.describe();
        if (!room.isIn) this.#join(room);
        find("text").focus();
    }

    // Says who is in the room that is shown.
    describe() {
        if (this.current === undefined) return;
        const { info: { kind, members }, people } = this.current;
        const here = `Here now: ${[...people].join(", ")}.`;
        find("members").textContent = kind === "private" && members ?
            `Members: ${members.join(", ")}. ${here}` : here;
        find("invite").hidden = kind !== "private";
        find("leave").hidden = kind === "direct";
    }

    // Something is new in a room that is not shown: its button says so.
    mark(name) {
        if (this.current?.info.room === name) return;
        const open = this.#buttons().find(button => button.dataset.room === name);
        open?.classList.add("new");
    }

    remove(name) {
        this.#opened.get(name)?.lines.remove();
        this.#opened.delete(name);
        if (this.current?.info.room !== name) return;
        this.current = undefined;
        find("here").hidden = true;
    }

    clear() {
        for (const name of [...this.#opened.keys()]) this.remove(name);
        find("rooms").replaceChildren();
    }

    #buttons() {
        return [...document.querySelectorAll("#rooms button")];
    }
}
