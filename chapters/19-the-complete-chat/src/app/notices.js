// What is said once: for eyes as a note that goes away, for ears as an announcement.

import { find, make } from "./dom.js";

const STAYS = 8_000, MOST = 3;

export function toast(text) {
    const place = find("toasts");
    const note = make("p", { className: "toast", textContent: text });
    place.append(note);
    while (place.children.length > MOST) place.firstElementChild.remove();
    setTimeout(() => note.remove(), STAYS);
}

// For screen readers alone.
export function announce(text) {
    find("announce").textContent = text;
}
