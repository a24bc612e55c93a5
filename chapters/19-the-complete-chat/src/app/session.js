// A session that ends: what was written waits until its person has signed in again.

import { find } from "./dom.js";
import { explained } from "./view-sign.js";

export class Session {
    #api;
    #chat;
    #left;
    #dialog = find("again-dialog");

    // `left()` is called when nobody is to be signed in here any more.
    constructor(api, chat, left) {
        this.#api = api;
        this.#chat = chat;
        this.#left = left;
        this.#dialog.querySelector("form").onsubmit = event => {
            event.preventDefault();
            this.#signIn();
        };
        // It cannot be closed: there is nothing behind it to be used.
        this.#dialog.oncancel = event => event.preventDefault();
        find("again-other").onclick = () => left();
    }

    draw() {
        if (this.#chat.connection.state.phase !== "ended" || this.#dialog.open) return;
        for (const open of document.querySelectorAll("dialog[open]")) open.close();
        const count = this.#chat.outbox.size;
        find("again-kept").textContent = count === 0
            ? "What you were writing is still here."
            : `What you were writing is still here, and ${count === 1
                ? "one message waits" : `${count} messages wait`} to be sent.`;
        find("again-name").value = this.#chat.me;
        find("again-password").value = "";
        this.#dialog.querySelector(".problem").textContent = "";
        this.#dialog.showModal();
        find("again-password").focus();
    }

    // To sign out is to forget what waits in this window.
    async signOut() {
        const { connection } = this.#chat;
        connection.stop(); // Else it would be told that its session has ended.
        try {
            await this.#api.signOut();
        } catch (error) {
            connection.start();
            throw error;
        }
        this.#chat.forget();
        this.#left();
    }

    async #signIn() {
        const send = this.#dialog.querySelector(".primary");
        const problem = this.#dialog.querySelector(".problem");
        send.disabled = true;
        problem.textContent = "";
        try {
            await this.#api.signIn(this.#chat.me, find("again-password").value);
            this.#dialog.close();
            this.#chat.connection.start();
        } catch (error) {
            problem.textContent = explained(error);
            find("again-password").focus();
        } finally {
            send.disabled = false;
        }
    }
}
