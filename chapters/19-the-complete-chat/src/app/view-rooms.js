// The list of rooms, which on a small screen is a drawer.

import { avatar, find, hidden, icon, make, reconcile, words } from "./dom.js";

export const isNarrow = matchMedia("(max-width: 48rem)");

export class RoomsView {
    #chat;
    #keep;
    #open;

    constructor(chat, keep, open) {
        this.#chat = chat;
        this.#keep = keep;
        this.#open = open;
        find("drawer-open").onclick = () => this.drawer(true);
        find("drawer-close").onclick = () => this.drawer(false);
        find("scrim").onclick = () => this.drawer(false);
        isNarrow.onchange = () => this.drawer(false);
        find("filter").oninput = () => this.draw();
        find("filter").onkeydown = event => this.#filterKey(event);
        this.drawer(false);
    }

    // Opens the drawer or shuts it. What is behind it, or in it while it is shut, cannot be
    // reached. Beside the room it is no drawer, and always there.
    drawer(isOpen) {
        const isDrawer = isNarrow.matches;
        const shows = isDrawer && isOpen;
        const wasOpen = document.body.classList.contains("drawer");
        document.body.classList.toggle("drawer", shows);
        find("scrim").hidden = !shows;
        find("sidebar").inert = isDrawer && !isOpen;
        this.cover();
        find("drawer-open").setAttribute("aria-expanded", shows);
        if (shows) find("drawer-close").focus();
        else if (wasOpen && isDrawer) find("drawer-open").focus();
    }

    // On a small screen the drawer and the panel lie above the room: nothing that cannot be
    // seen has the focus.
    cover() {
        const { classList } = document.body;
        find("conversation").inert = isNarrow.matches
            && (classList.contains("drawer") || classList.contains("panel"));
    }

    get isDrawerOpen() {
        return document.body.classList.contains("drawer");
    }

    // Puts the cursor where one says which room.
    goTo() {
        this.drawer(true);
        find("filter").focus();
        find("filter").select();
    }

    draw() {
        const { sorted, openRoom, me } = this.#chat;
        const wanted = find("filter").value.trim().toLowerCase();
        const shown = sorted.filter(({ title }) => title.toLowerCase().includes(wanted));
        const rows = shown.map(room => {
            const { count, more } = room.unread(me);
            return {
                key: room.name, title: room.title, kind: room.kind, count, more,
                isOpen: room.name === openRoom,
                hasDraft: room.name !== openRoom && this.#keep.hasDraft(room.name),
                isHere: room.kind === "direct" && room.present.has(room.with),
            };
        });
        const draw = (item, row) => this.#drawRoom(item, row);
        const direct = ({ kind }) => kind === "direct";
        reconcile(find("room-list"), rows.filter(row => !direct(row)), draw);
        reconcile(find("direct-list"), rows.filter(direct), draw);
        for (const name of ["rooms", "direct"]) {
            const list = find(name === "rooms" ? "room-list" : "direct-list");
            find(`no-${name}`).hidden = list.children.length > 0;
        }
        this.#drawBadge();
    }

    #drawBadge() {
        const unread = this.#chat.unread;
        const badge = find("drawer-badge");
        badge.hidden = unread === 0;
        badge.replaceChildren(hidden(", "), unread > 99 ? "99+" : String(unread), hidden(" unread"));
    }

    #drawRoom(item, { key, title, kind, count, more, isOpen, hasDraft, isHere }) {
        const had = item.contains(document.activeElement);
        const symbol = kind === "direct" ? avatar(title) : icon(kind);
        if (isHere) symbol.classList.add("here");
        const button = make("button", { onclick: () => this.#open(key) }, symbol,
            words(title, "room-name"));
        if (kind === "private") button.append(hidden(", private"));
        if (isHere) button.append(hidden(", is here"));
        if (hasDraft) {
            button.append(hidden(", with a draft"), icon("edit"));
            button.lastChild.classList.add("draft");
        }
        if (count > 0 || more) {
            const number = more || count > 99 ? `${Math.min(count, 99)}+` : String(count);
            button.append(make("span", { className: "badge" }, number, hidden(" unread")));
            button.classList.add("unread");
        }
        if (isOpen) button.setAttribute("aria-current", "page");
        item.replaceChildren(button);
        if (had) button.focus();
    }

    #filterKey(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            document.querySelector(".rooms button")?.click();
        } else if (event.key === "Escape" && find("filter").value !== "") {
            event.stopPropagation();
            find("filter").value = "";
            this.draw();
        }
    }
}
