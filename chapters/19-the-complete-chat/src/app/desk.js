// All that somebody has before them who is signed in: the chat with its views.

import { Chat } from "./chat.js";
import { Dialogs } from "./dialogs.js";
import { find, icon } from "./dom.js";
import { Keep } from "./keep.js";
import { announce, toast } from "./notices.js";
import { Session } from "./session.js";
import { Composer } from "./view-composer.js";
import { MessagesView } from "./view-messages.js";
import { PanelView } from "./view-panel.js";
import { RoomsView, isNarrow } from "./view-rooms.js";
import { explained } from "./view-sign.js";
import { StatusView } from "./view-status.js";

const MOST_PAGES = 20;

const SUBTITLES = {
    public: count => `public room, ${count} here`,
    private: count => `private room, ${count} here`,
    direct: count => count > 1 ? "is here" : "is not here now",
};

export class Desk {
    #api;
    #shown; // The room whose head is drawn.
    #seeks; // The number of a message that is looked for, and how many pages it may take.

    // `left()` is called when nobody is to be signed in here any more.
    constructor(api, me, left) {
        this.#api = api;
        this.keep = new Keep(me);
        this.chat = new Chat(api, me, this.keep, {
            heard: (room, message) => this.#heard(room, message),
            notice: toast,
            added: room => toast(room.kind === "direct"
                ? `${room.title} writes to you.` : `You are in “${room.title}” now.`),
            removed: (room, unsent) => this.#removed(room, unsent),
        });
        this.dialogs = new Dialogs(api, {
            add: info => { this.chat.add(info); this.#enter(); },
            signOut: () => this.#signOut(), say: toast,
        });
        this.session = new Session(api, this.chat, left);
        this.#makeViews();
        this.chat.changed.listen(() => this.draw());
    }

    start() {
        this.#wire();
        this.chat.connection.start();
        this.draw();
    }

    draw() {
        const { chat } = this;
        if (chat.openRoom === undefined && chat.rooms.size > 0) this.#openFirst();
        const room = chat.room;
        find("room").hidden = room === undefined;
        find("room-actions").hidden = room === undefined;
        find("welcome").hidden = room !== undefined || chat.connection.state.phase !== "connected";
        this.#drawHead(room);
        for (const view of this.views) view.draw();
        const unread = chat.unread;
        const where = room === undefined ? "Chat" : `${room.title} – Chat`;
        document.title = unread > 0 ? `(${unread}) ${where}` : where;
        if (this.#seeks !== undefined) this.#seek();
    }

    // Opens a room, and begins there.
    open(name) {
        if (name !== this.chat.openRoom) this.panel.forget();
        this.chat.open(name);
        this.#enter();
    }

    key(event) {
        if (this.dialogs.isOpen) return;
        const ctrl = event.ctrlKey || event.metaKey;
        const key = event.key.toLowerCase();
        if (ctrl && key === "k") this.rooms.goTo();
        else if (ctrl && event.shiftKey && key === "f" && this.chat.room) {
            this.panel.toggle("search");
        } else if (ctrl && key === "/") this.dialogs.help();
        else if (event.altKey && ["arrowup", "arrowdown"].includes(key)) {
            this.#step(key === "arrowup" ? -1 : 1, event.shiftKey);
        } else if (key === "escape") this.#escape();
        else return;
        event.preventDefault();
    }

    #makeViews() {
        const { chat, keep } = this;
        this.rooms = new RoomsView(chat, keep, name => this.open(name));
        this.composer = new Composer(chat, keep, () => this.messages.toEnd());
        this.messages = new MessagesView(chat, {
            edit: seq => this.composer.edit(seq),
            delete: seq => this.#delete(seq),
            giveUp: id => {
                const message = chat.outbox.discard(id);
                if (message?.type === "say") this.composer.giveBack(message.text);
            },
        });
        this.panel = new PanelView(chat, {
            show: seq => {
                if (isNarrow.matches) this.panel.close();
                this.#seeks = { seq, pages: MOST_PAGES };
                this.#seek();
            },
            turned: () => this.rooms.cover(),
            write: name => this.#try(() => this.dialogs.write(name)),
            leave: () => this.#leaveRoom(),
        });
        this.status = new StatusView(chat);
        this.views = [this.rooms, this.messages, this.composer, this.panel, this.status,
            this.session];
    }

    #wire() {
        const { dialogs } = this;
        const acts = {
            "create-open": () => dialogs.create(), "welcome-create": () => dialogs.create(),
            "browse-open": () => dialogs.browse(), "welcome-browse": () => dialogs.browse(),
            "direct-open": () => dialogs.direct(), "welcome-direct": () => dialogs.direct(),
            "help-open": () => dialogs.help(),
            "invite-open": () => dialogs.invite(this.chat.room),
            "account-open": () => dialogs.account(this.chat.me),
        };
        for (const [id, act] of Object.entries(acts)) find(id).onclick = act;
    }

    #drawHead(room) {
        const typing = find("typing");
        const title = room?.title ?? "Chat";
        if (find("title").textContent !== title) find("title").textContent = title;
        if (room === undefined) {
            find("title-icon").replaceChildren();
            find("subtitle").textContent = typing.textContent = "";
            this.#shown = undefined;
            return;
        }
        if (this.#shown !== room) find("title-icon").replaceChildren(icon(room.kind));
        this.#shown = room;
        find("subtitle").textContent = room.isIn ? SUBTITLES[room.kind](room.present.size) : "";
        find("invite-open").hidden = room.kind !== "private";
        const names = room.writers.slice(0, 3).join(", ");
        const are = room.writers.length > 1 ? "are" : "is";
        typing.textContent = names && `${names} ${are} writing …`;
    }

    // The one that was open before a reload, or the first.
    #openFirst() {
        const { rooms, sorted } = this.chat;
        const before = this.keep.openRoom;
        this.chat.open(rooms.has(before) ? before : sorted[0].name);
    }

    #enter() {
        this.draw();
        if (this.rooms.isDrawerOpen) this.rooms.drawer(false);
        if (isNarrow.matches) this.panel.close();
        this.composer.focus();
    }

    #step(by, onlyUnread) {
        const { sorted, me, openRoom } = this.chat;
        const at = sorted.findIndex(({ name }) => name === openRoom);
        for (let steps = 1; steps <= sorted.length; steps++) {
            const room = sorted.at((at + by * steps) % sorted.length);
            if (!onlyUnread || room.unread(me).count > 0) return this.open(room.name);
        }
    }

    #escape() {
        if (this.rooms.isDrawerOpen) this.rooms.drawer(false);
        else if (this.panel.isOpen) this.panel.close();
        else if (this.chat.room !== undefined) this.composer.focus();
    }

    #heard(room, { name, text }) {
        if (text === undefined) return;
        const isHere = room.name === this.chat.openRoom;
        const where = isHere || room.kind === "direct" ? "" : ` in ${room.title}`;
        announce(isHere || room.kind === "direct" ? `${name}: ${text}` : `${name}${where}`);
    }

    #removed(room, unsent) {
        const lost = unsent.length === 0 ? ""
            : ` Not kept there: ${unsent.map(({ text }) => text ?? "a change").join("; ")}`;
        toast(`You are no longer in “${room.title}”.${lost}`);
    }

    #delete(seq) {
        const text = this.chat.room?.find(seq)?.text ?? "";
        this.dialogs.confirm("Delete this message?", text, "Delete", () => {
            this.chat.delete(seq);
        });
    }

    #leaveRoom() {
        const { room } = this.chat;
        const back = room.kind === "public" ? "You can enter again at any time."
            : "You can come back when somebody invites you.";
        this.dialogs.confirm(`Leave “${room.title}”?`, back, "Leave", async () => {
            await this.#api.leave(room.name);
            this.panel.close();
            this.chat.remove(room.name);
        });
    }

    // Loads older pages until the message is here, or it is too far back.
    #seek() {
        const { room } = this.chat;
        if (this.messages.show(this.#seeks.seq)) {
            this.#seeks = undefined;
        } else if (!room?.hasOlder || this.#seeks.pages === 0) {
            this.#seeks = undefined;
            toast("That was said too long ago to be shown among the others.");
        } else if (!room.isLoading) {
            this.#seeks.pages -= 1;
            this.chat.loadOlder(100);
        }
    }

    async #try(act) {
        try {
            await act();
        } catch (error) {
            toast(explained(error));
        }
    }

    #signOut() {
        const count = this.chat.outbox.size;
        if (count === 0) return this.#try(() => this.session.signOut());
        const what = count === 1 ? "One message is" : `${count} messages are`;
        this.dialogs.confirm("Sign out?", `${what} not kept yet, and would be lost.`,
            "Sign out", () => this.session.signOut());
    }
}
