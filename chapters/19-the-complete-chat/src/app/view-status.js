// How it stands with the connection: quietly beside one's name, and aloud when there is none.

import { find, paint } from "./dom.js";
import { announce } from "./notices.js";
import { CALLED } from "./ways.js";

export class StatusView {
    #chat;
    #wasLost = false; // Whether the connection was lost and is not back.
    #why = "";
    #tick;

    constructor(chat) {
        this.#chat = chat;
        find("banner-now").onclick = () => chat.connection.now();
        paint(find("account-avatar"), chat.me);
        find("account-name").textContent = chat.me;
    }

    draw() {
        const { connection } = this.#chat;
        const { phase, why } = connection.state;
        if (phase === "waiting") {
            this.#wasLost = true;
            this.#why = why;
        } else if (phase === "connected" && this.#wasLost) {
            this.#wasLost = false;
            announce("Connected again.");
        }
        this.#drawQuietly(phase, connection.way);
        this.#drawBanner(phase);
    }

    #drawQuietly(phase, way) {
        const status = find("status");
        const text = {
            connected: way === "websocket" ? "Connected" : `By ${CALLED[way]}`,
            connecting: "Connecting …", waiting: "Not connected",
        }[phase] ?? "Signed out";
        if (status.textContent !== text) status.textContent = text;
        status.className = `status ${phase}`;
        find("account-way").textContent = phase === "connected" ? CALLED[way] : "nothing now";
    }

    #drawBanner(phase) {
        const isShown = this.#wasLost && ["waiting", "connecting"].includes(phase);
        find("banner").hidden = !isShown;
        clearInterval(this.#tick);
        if (!isShown) return find("banner-why").replaceChildren();
        const why = navigator.onLine ? this.#why : "This device is offline.";
        const text = `${why} What you write is kept here, and sent when there is a connection.`;
        if (find("banner-why").textContent !== text) find("banner-why").textContent = text;
        // By hiding it we would take the focus away from who has just pressed it.
        find("banner-now").disabled = phase !== "waiting";
        this.#drawWhen();
        this.#tick = setInterval(() => this.#drawWhen(), 1_000);
    }

    #drawWhen() {
        const { phase, until } = this.#chat.connection.state;
        const seconds = Math.max(Math.ceil((until - Date.now()) / 1_000), 1);
        find("banner-when").textContent = phase === "waiting"
            ? `Next attempt in ${seconds} s.` : "Connecting …";
    }
}
