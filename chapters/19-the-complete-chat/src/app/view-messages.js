// What is said in the room that is open.

import { avatar, button, find, hidden, icon, iconButton, make, reconcile, words }
    from "./dom.js";
import { announce } from "./notices.js";
import { rowsOf } from "./rows.js";

const NEAR = 60, LOAD_WITHIN = 400;

export class MessagesView {
    #chat;
    #acts;
    #scroll = find("scroll");
    #log = find("log");
    #room; // The one that is drawn.
    #from; // Where what was new began, when it was opened.
    #isPlaced = false; // Whether it has been scrolled to where one begins to read.
    #unseen = 0; // How many have come below what is looked at.
    #lastSeq;

    // `acts` are functions for what one does to a message: `edit(seq)` and `delete(seq)`.
    constructor(chat, acts) {
        this.#chat = chat;
        this.#acts = acts;
        this.#scroll.onscroll = () => this.#scrolled();
        this.#scroll.onkeydown = event => this.#key(event);
        find("older").onclick = () => chat.loadOlder();
        find("jump").onclick = () => { this.toEnd(); find("text").focus(); };
        document.addEventListener("visibilitychange", () => this.#markRead());
        new ResizeObserver(() => { if (this.#wasAtEnd) this.toEnd(); }).observe(this.#scroll);
    }

    #wasAtEnd = true;

    get #isAtEnd() {
        const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
        return scrollHeight - scrollTop - clientHeight < NEAR;
    }

    toEnd() {
        this.#scroll.scrollTop = this.#scroll.scrollHeight;
        this.#wasAtEnd = true;
        this.#unseen = 0;
        this.#drawJump();
        this.#markRead();
    }

    draw() {
        const { room, me, outbox } = this.#chat;
        if (room === undefined) {
            this.#room = undefined;
            return this.#log.replaceChildren();
        }
        if (room !== this.#room) this.#change(room);
        this.#from ??= this.#isPlaced ? undefined : room.firstUnread(me);
        const anchor = this.#wasAtEnd ? undefined : this.#anchor();
        this.#count(room, me);
        this.#log.setAttribute("aria-busy", room.isLoading);
        const rows = rowsOf(room, me, outbox.of(room.name), this.#from);
        reconcile(this.#log, rows, (item, row, before) => this.#drawRow(item, row, before));
        find("older").hidden = !room.hasOlder;
        find("older").textContent = room.isLoading ? "Loading …" : "Older messages";
        const beginning = find("beginning");
        beginning.hidden = room.hasOlder || !room.isIn;
        beginning.textContent = room.kind === "direct"
            ? `Here begins what you and ${room.title} say to each other.`
            : `Here begins “${room.title}”.`;
        this.#place(room, anchor);
        this.#loadIfNear();
    }

    // Shows a message that is here; whether it is.
    show(seq) {
        const item = [...this.#log.children].find(({ row }) => row.seq === seq);
        if (item === undefined) return false;
        this.#wasAtEnd = false;
        item.scrollIntoView({ block: "center" });
        item.focus({ preventScroll: true });
        item.classList.add("shown");
        item.onanimationend = () => item.classList.remove("shown");
        return true;
    }

    #change(room) {
        this.#room = room;
        this.#from = undefined;
        this.#isPlaced = false;
        this.#wasAtEnd = true;
        this.#unseen = 0;
        this.#lastSeq = room.messages.at(-1)?.seq;
        this.#log.replaceChildren();
    }

    // What has come while one reads above.
    #count(room, me) {
        const last = room.messages.at(-1)?.seq;
        if (!this.#wasAtEnd && this.#lastSeq !== undefined) {
            const isNew = ({ seq, name }) => seq > this.#lastSeq && name !== me;
            this.#unseen += room.messages.filter(isNew).length;
        }
        this.#lastSeq = last ?? this.#lastSeq;
    }

    // The first row that is seen, and where: there it stays, whatever is put above it.
    #anchor() {
        const top = this.#scroll.getBoundingClientRect().top;
        const rows = this.#log.children;
        let [low, high] = [0, rows.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (rows[middle].getBoundingClientRect().bottom < top) low = middle + 1;
            else high = middle;
        }
        const item = rows[low];
        return item && { item, y: item.getBoundingClientRect().y };
    }

    #place(room, anchor) {
        if (!this.#isPlaced && room.messages.length > 0 && this.#from !== undefined) {
            this.#isPlaced = true;
            this.#log.querySelector(".new").scrollIntoView({ block: "center" });
            this.#wasAtEnd = this.#isAtEnd;
        } else if (anchor?.item.isConnected) {
            this.#scroll.scrollTop += anchor.item.getBoundingClientRect().y - anchor.y;
        }
        if (this.#wasAtEnd) this.toEnd();
        // What comes after the first look is not new, but now.
        if (room.isIn && room.messages.length > 0) this.#isPlaced = true;
        this.#drawJump();
    }

    #scrolled() {
        this.#wasAtEnd = this.#isAtEnd;
        if (this.#wasAtEnd) {
            this.#unseen = 0;
            this.#markRead();
        }
        this.#drawJump();
        this.#loadIfNear();
    }

    #loadIfNear() {
        if (this.#scroll.scrollTop < LOAD_WITHIN && this.#isPlaced) this.#chat.loadOlder();
    }

    #markRead() {
        const isSeen = document.visibilityState === "visible" && this.#wasAtEnd;
        if (isSeen && this.#room !== undefined) this.#chat.markRead();
    }

    #drawJump() {
        const jump = find("jump");
        jump.hidden = this.#wasAtEnd || this.#log.children.length === 0;
        const news = `${this.#unseen} new`;
        jump.replaceChildren(icon("down"), this.#unseen > 0 ? news : "To the end");
    }

    #drawRow(item, row, before) {
        if (row.kind !== "message") {
            item.className = row.kind;
            item.replaceChildren(make("span", { textContent: row.text ?? "New" }));
            return;
        }
        if (row.state === "failed" && before?.state !== "failed") {
            announce(`Not kept: ${row.text}. ${row.why}`);
        }
        const had = item.contains(document.activeElement);
        item.tabIndex = -1;
        item.className = ["message", row.isOwn ? "own" : "", row.isFirst ? "first" : "",
            row.state].join(" ");
        const name = words(row.name, "name");
        const said = row.isDeleted
            ? make("span", { className: "words gone", textContent: "This was deleted." })
            : words(row.text, "words");
        const line = make("div", { className: "line" },
            make("div", { className: "bubble" }, said));
        if (row.isOwn && row.state === "kept" && row.seq !== undefined && !row.isDeleted) {
            line.append(this.#actions(row));
        }
        item.replaceChildren(row.isFirst && !row.isOwn ? avatar(row.name) : make("span"),
            make("div", { className: "body" }, name, line, ...this.#meta(row)));
        if (had && !item.contains(document.activeElement)) item.focus();
    }

    #actions({ seq, text }) {
        const actions = make("span", { className: "acts" },
            iconButton("edit", `Change: ${text}`, () => this.#acts.edit(seq)),
            iconButton("delete", `Delete: ${text}`, () => this.#acts.delete(seq)));
        // They are reached from their message.
        for (const act of actions.children) act.tabIndex = -1;
        return actions;
    }

    #meta({ isOwn, state, isEdited, why, change, seq }) {
        const meta = make("p", { className: "meta" });
        if (isEdited) meta.append(make("span", { textContent: "edited" }));
        if (state === "failed") {
            const { outbox } = this.#chat;
            meta.append(icon("alert"), make("span", { textContent: `Not kept: ${why}` }),
                button("Try again", () => outbox.retry(change), "link"),
                button(seq === undefined ? "Give up" : "Leave as it was",
                    () => this.#acts.giveUp(change), "link"));
        } else if (state !== "kept") {
            const what = { sending: "Sending …", changing: "Changing …" }[state];
            meta.append(icon("clock"), make("span", { textContent: what ?? "Deleting …" }));
        } else if (isOwn) {
            meta.append(icon("check"), hidden("kept"));
        }
        return meta.childNodes.length > 0 ? [meta] : [];
    }

    #key(event) {
        const messages = [...this.#log.querySelectorAll(".message")];
        const current = event.target.closest?.(".message");
        const at = current ? messages.indexOf(current) : messages.length;
        const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: messages.length - 1 };
        if (event.key in to && !event.altKey && !event.ctrlKey) {
            const next = messages[Math.max(to[event.key], 0)];
            if (next === undefined) return find("text").focus();
            event.preventDefault();
            this.#activate(next);
        } else if (current !== undefined && current.querySelector(".acts")) {
            if (event.key === "e" && !event.ctrlKey) this.#acts.edit(current.row.seq);
            else if (event.key === "Delete") this.#acts.delete(current.row.seq);
            else return;
            event.preventDefault();
        }
    }

    // Only the buttons of the message that one is at are reached by Tab.
    #activate(item) {
        for (const act of this.#log.querySelectorAll(".acts [tabindex='0']")) act.tabIndex = -1;
        for (const act of item.querySelectorAll(".acts button")) act.tabIndex = 0;
        item.focus();
    }
}
