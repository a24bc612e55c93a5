// One room, with what was said in it. What comes from others is data: it becomes text.

import { called } from "./parts.js";

const MOST_LINES = 1000;

export class Room {
    seen = 0; // The last number that we were told.
    isIn = false;
    people = new Set();
    lines = document.createElement("ol");
    #shown = new Map(); // The messages, by their numbers.

    constructor(info) {
        this.info = info;
        this.lines.className = "lines";
        this.lines.role = "log";
        this.lines.ariaLabel = `What is said in ${this.title}`;
    }

    // What it is called on the page: a private room's name goes on with random characters.
    get title() {
        const { kind, room, with: other } = this.info;
        if (kind === "direct") return `with ${other}`;
        return kind === "private" ? room.replace(/--[^-]*$/, "") : room;
    }

    // Whether a number is the next one. "missing" if there is one between.
    take(seq) {
        if (seq <= this.seen) return "told";
        if (seq > this.seen + 1) return "missing";
        this.seen = seq;
        return "next";
    }

    gap(first, last) {
        if (first <= this.seen) {
            // The server has put back an older file: what we show is no more.
            this.#shown.clear();
            this.lines.replaceChildren();
            this.seen = first - 1;
            return;
        }
        this.seen = last;
        this.note(`Numbers ${first} to ${last} are not told here.`);
    }

    show({ seq, name, text }, isOwn) {
        const item = document.createElement("li");
        item.className = isOwn ? "own" : "";
        item.append(called(name, "name"), words(text));
        this.#shown.set(seq, item);
        this.#append(item);
    }

    change(target, text) {
        this.#shown.get(target)?.lastChild.replaceWith(words(text));
    }

    note(...content) {
        const item = document.createElement("li");
        item.className = "note";
        item.append(...content);
        this.#append(item);
    }

    #append(item) {
        const scroll = this.lines.closest("#scroll");
        const isAtEnd = scroll !== null &&
            scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
        this.lines.append(item);
        while (this.lines.children.length > MOST_LINES) this.lines.firstChild.remove();
        if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
    }
}

const words = text => text === undefined ? called("deleted", "gone") : called(text, "words");
