// Where one writes: a message, or the change of one. Each room has its own draft.

import { find } from "./dom.js";

const MOST_BYTES = 4096, WARN_FROM = 3600;

const bytes = text => new TextEncoder().encode(text).length;

export class Composer {
    #chat;
    #keep;
    #text = find("text");
    #room;
    #editing; // The number of the message that is changed.
    #said; // Called when something has been said.

    constructor(chat, keep, said) {
        this.#chat = chat;
        this.#keep = keep;
        this.#said = said;
        this.#text.oninput = () => this.#typed();
        this.#text.onkeydown = event => this.#key(event);
        find("composer").onsubmit = event => { event.preventDefault(); this.#send(); };
        find("editing-cancel").onclick = () => { this.cancel(); this.focus(); };
    }

    draw() {
        const { room } = this.#chat;
        if (room === undefined || room.name === this.#room) return this.#drawState();
        this.#room = room.name;
        this.#edits(undefined);
        this.#put(this.#keep.draft(room.name));
        this.#drawState();
    }

    focus() {
        this.#text.focus();
    }

    edit(seq) {
        const message = this.#chat.room?.find(seq);
        if (message?.text === undefined) return;
        this.#edits(seq);
        this.#put(message.text);
        this.focus();
    }

    cancel() {
        if (this.#editing === undefined) return;
        this.#edits(undefined);
        this.#put(this.#keep.draft(this.#room));
    }

    // Words that were not kept are given back, unless there are others.
    giveBack(text) {
        if (this.#text.value === "" && this.#editing === undefined) {
            this.#put(text);
            this.#keep.setDraft(this.#room, text);
        }
        this.focus();
    }

    #edits(seq) {
        this.#editing = seq;
        find("editing").hidden = seq === undefined;
        find("send").setAttribute("aria-label", seq === undefined ? "Send" : "Change");
    }

    #put(text) {
        this.#text.value = text;
        this.#drawState();
    }

    #typed() {
        if (this.#editing === undefined) {
            this.#keep.setDraft(this.#room, this.#text.value);
            if (this.#text.value !== "") this.#chat.types();
        }
        this.#drawState();
    }

    #drawState() {
        const { room } = this.#chat;
        if (room === undefined) return;
        const length = bytes(this.#text.value);
        const isOver = length > MOST_BYTES;
        const note = find("length");
        note.hidden = length < WARN_FROM;
        note.classList.toggle("problem", isOver);
        note.textContent = isOver ? `${length - MOST_BYTES} bytes too long`
            : `${MOST_BYTES - length} bytes are left`;
        this.#text.setAttribute("aria-invalid", isOver);
        find("send").disabled = isOver || this.#text.value.trim() === "";
        this.#text.placeholder = `Write to ${room.kind === "public" ? "#" : ""}${room.title}`;
    }

    #send() {
        const text = this.#text.value;
        if (find("send").disabled) return;
        if (this.#editing !== undefined) {
            const isSame = this.#chat.room.find(this.#editing)?.text === text;
            if (isSame || this.#chat.edit(this.#editing, text)) this.cancel();
        } else if (this.#chat.say(text)) {
            this.#keep.setDraft(this.#room, "");
            this.#put("");
            this.#said();
        }
        this.focus();
    }

    #key(event) {
        // The Enter of an input method ends its own composition, and no message.
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            this.#send();
        } else if (event.key === "Escape" && this.#editing !== undefined) {
            event.stopPropagation();
            this.cancel();
        } else if (event.key === "ArrowUp" && this.#text.value === "" && !event.altKey) {
            const { room, me } = this.#chat;
            const last = room.messages.findLast(({ name, text }) =>
                name === me && text !== undefined);
            if (last === undefined) return;
            event.preventDefault();
            this.edit(last.seq);
        }
    }
}
