// The page of a chat that remembers: version 2 of the protocol. What comes from others is
// data: it becomes text, never markup.

import { Connection } from "./connection.js";
import { Outbox, TEMPORARY } from "./outbox.js";
import { People, Writers, called, find } from "./parts.js";

const [state, log, scroll, problem, text, older] =
    ["state", "log", "scroll", "problem", "text", "older"].map(find);
const people = new People(find("members"));
const writers = new Writers(find("typing"));
const outbox = new Outbox(find("pending"), message => connection.ask(message));

const PAGE = 50, MOST_LINES = 2000, TYPING_EVERY = 2000;

let connection, me, room, isIn = false, toldTyping = 0;
let seen; // The last number that we were told; nothing before the first answer.
let oldest; // The number before which nothing is shown.
let isLoading = false; // Whether older messages have been asked for.
let lastTop = 0; // Where the messages were scrolled to.
let editing, draft; // The number of what is changed, and what stood in the field before.
const shown = new Map(); // The messages on the page, by their numbers.

// ---- What is shown

const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;

// Appends a line; who reads the last one goes on reading the last one.
function append(item) {
    const atEnd = isAtEnd();
    log.append(item);
    if (!atEnd) return;
    while (log.children.length > MOST_LINES) forget(log.firstChild);
    scroll.scrollTop = scroll.scrollHeight;
}

function line(kind, ...content) {
    const item = document.createElement("li");
    item.className = kind;
    item.append(...content);
    return item;
}

const note = (...content) => append(line("note", ...content));

function button(label, about, act) {
    return Object.assign(document.createElement("button"), {
        type: "button", className: "small", textContent: label,
        ariaLabel: `${label}: ${about}`, onclick: act,
    });
}

// A message as it stands now. Without a text it was deleted.
function draw(item, { seq, name, text: words, changed }) {
    const isGone = words === undefined;
    item.className = name === me ? "own" : "";
    item.replaceChildren(called(name, "name"),
        isGone ? called("deleted", "gone") : called(words, "words"));
    if (changed !== undefined && !isGone) item.append(called("edited", "mark"));
    if (name !== me || isGone) return item;
    const remove = button("Delete", words, () => {
        // Words that are taken back are gone: it takes two clicks.
        const sure = button("Really delete", words, () =>
            keep({ type: "delete", room, seq }, `delete “${words}”`));
        remove.replaceWith(sure);
        sure.focus();
    });
    item.append(button("Edit", words, () => edit(seq)), remove);
    return item;
}

function messageItem(message) {
    const item = draw(line(""), message);
    item.seq = message.seq;
    shown.set(message.seq, { ...message, item });
    return item;
}

// The oldest line is too much. It can be loaded again.
function forget(item) {
    if (item.seq !== undefined) {
        shown.delete(item.seq);
        oldest = item.seq + 1;
        older.hidden = false;
    }
    item.remove();
}

function clear() {
    shown.clear();
    log.replaceChildren();
    lastTop = 0; // Nobody has scrolled there.
    cancelEdit();
    oldest = seen + 1;
    older.hidden = oldest === 1;
}

function change(target, words, changed) {
    const message = shown.get(target);
    if (message === undefined) return;
    Object.assign(message, { text: words, changed });
    draw(message.item, message);
    if (words === undefined && editing === target) cancelEdit();
}

// ---- What is heard

// Each number must be the next one. A smaller one was told before. A larger one means that
// something is missing, and such a connection is good for nothing.
function isNext(seq) {
    if (seq <= seen) return false;
    if (seq > seen + 1) {
        connection.drop("something is missing");
        return false;
    }
    seen = seq;
    return true;
}

// One function for each message of the protocol. A message that is not among them is of a
// later version, and passed over.
const hears = {
    welcome({ name }) {
        me = name;
        connection.ask({ type: "join", room, after: seen });
    },
    joined({ seq, members }) {
        people.show(members);
        if (isIn) return;
        isIn = true;
        state.textContent = `${me} in ${room}`;
        if (seen === undefined) entered(seq);
        outbox.ready();
    },
    message(message) {
        if (!isNext(message.seq)) return;
        writers.forget(message.name);
        append(messageItem(message));
        // To hear it is as good as an answer.
        if (message.name === me && outbox.has(message.id)) {
            outbox.accepted(message.id, message.seq, seen);
        }
        outbox.told(seen);
    },
    edited({ seq, target, text: words }) {
        if (!isNext(seq)) return;
        change(target, words, seq);
        outbox.told(seen);
    },
    deleted({ seq, target }) {
        if (!isNext(seq)) return;
        change(target, undefined, seq);
        outbox.told(seen);
    },
    accepted({ id, seq }) {
        outbox.accepted(id, seq, seen);
    },
    // What is shown may have been changed in what is not told; so the page begins anew.
    gap({ first, last }) {
        const wasPutBack = first <= seen;
        seen = wasPutBack ? first - 1 : last;
        clear();
        outbox.told(seen);
        append(line("gap", wasPutBack
            ? `The server has lost what it said after number ${seen}.`
            : `Numbers ${first} to ${last} are not told here: see the older messages.`));
        if (wasPutBack) loadOlder();
    },
    page({ messages, more }) {
        const fromEnd = scroll.scrollHeight - scroll.scrollTop;
        isLoading = false;
        log.querySelector(".gap")?.remove();
        log.setAttribute("aria-busy", "true"); // Not to be read out as new.
        log.prepend(...messages.map(messageItem));
        log.removeAttribute("aria-busy");
        oldest = messages[0]?.seq ?? 1;
        older.hidden = !more;
        scroll.scrollTop = lastTop = scroll.scrollHeight - fromEnd;
    },
    found({ query, messages }) {
        const title = find("found-title");
        title.textContent = `${messages.length} found for “${query}”`;
        find("hits").replaceChildren(...messages.map(({ name, text: words }) =>
            line("", called(name, "name"), called(words ?? "deleted", "words"))));
        find("found").hidden = false;
        title.focus();
    },
    presence({ name, state: presence }) {
        if (presence === "here") people.add(name);
        else { people.remove(name); writers.forget(name); }
        note(called(name), presence === "here" ? " has come." : " has left.");
    },
    typing({ name }) {
        writers.add(name);
    },
    error({ code, field, text: what, id }) {
        if (!isIn && TEMPORARY.has(code)) return connection.drop(what);
        if (id === undefined) isLoading = false;
        const message = outbox.has(id) ? outbox.refused(id, code) : undefined;
        problem.textContent = field ? `${field}: ${what}` : what;
        if (message?.type === "say" && text.value === "") text.value = message.text;
        else if (message?.text !== undefined) note("Not kept: ", called(message.text));
        // Another name or another room may do better.
        if (!isIn) left();
    },
};

function entered(seq) {
    seen = seq;
    clear();
    if (seq > 0) loadOlder();
    text.focus();
}

// ---- What is done

function loadOlder() {
    if (isLoading || !isIn) return;
    isLoading = true;
    connection.ask({ type: "page", room, before: oldest, limit: PAGE });
}

function edit(seq) {
    if (editing === undefined) draft = text.value;
    editing = seq;
    text.value = shown.get(seq).text;
    find("what").textContent = find("send").textContent = "Change";
    find("cancel").hidden = false;
    text.focus();
}

function cancelEdit() {
    if (editing === undefined) return;
    editing = undefined;
    text.value = draft;
    find("what").textContent = "Say";
    find("send").textContent = "Send";
    find("cancel").hidden = true;
}

// Whether there was a place for it.
function keep(message, words) {
    problem.textContent = "";
    const isKept = outbox.add(message, words);
    if (!isKept) problem.textContent = "too much waits to be kept: wait a little";
    else scroll.scrollTop = scroll.scrollHeight;
    return isKept;
}

// Also for a server that was silent: whether it is there shows in its answer.
const joinAgain = () => isIn && connection.ask({ type: "join", room, after: seen });

function lost(why, wait) {
    isIn = isLoading = false;
    outbox.lost();
    writers.forgetAll();
    people.show([]);
    state.textContent =
        `not connected: ${why}; next attempt in ${Math.ceil(wait / 1000)} s`;
    find("now").hidden = false;
}

function left() {
    connection.stop();
    outbox.clear();
    isIn = isLoading = false;
    [find("chat"), find("now"), find("leave")].forEach(part => part.hidden = true);
    find("enter").hidden = false;
    state.textContent = "not connected";
    find("name").focus();
}

find("enter").addEventListener("submit", event => {
    event.preventDefault();
    const name = find("name").value;
    room = find("room").value;
    seen = undefined;
    problem.textContent = "";
    [find("chat"), find("leave")].forEach(part => part.hidden = false);
    find("enter").hidden = find("found").hidden = true;
    connection = new Connection({
        connecting() {
            find("now").hidden = true;
            state.textContent = "connecting";
        },
        opened() {
            connection.ask({ type: "hello", version: 2, name });
        },
        heard(message) {
            if (Object.hasOwn(hears, message.type)) hears[message.type](message);
        },
        silent: joinAgain,
        ended: lost,
    });
});

find("say").addEventListener("submit", event => {
    event.preventDefault();
    const words = text.value;
    toldTyping = 0;
    if (editing !== undefined) {
        const message = { type: "edit", room, seq: editing, text: words };
        if (keep(message, `change to “${words}”`)) cancelEdit();
    } else if (keep({ type: "say", room, text: words }, words)) {
        text.value = "";
    }
});

text.addEventListener("input", () => {
    if (editing !== undefined || Date.now() - toldTyping < TYPING_EVERY) return;
    toldTyping = Date.now();
    if (isIn) connection.tell({ type: "typing", room });
});
text.addEventListener("keydown", ({ key }) => { if (key === "Escape") cancelEdit(); });
find("cancel").addEventListener("click", () => { cancelEdit(); text.focus(); });

find("search").addEventListener("submit", event => {
    event.preventDefault();
    if (isIn) connection.ask({ type: "search", room, query: find("query").value });
    else problem.textContent = "not connected: search later";
});
find("close").addEventListener("click", () => {
    find("found").hidden = true;
    find("query").focus();
});

older.addEventListener("click", loadOlder);
scroll.addEventListener("scroll", () => {
    const goesUp = scroll.scrollTop < lastTop;
    lastTop = scroll.scrollTop;
    if (goesUp && lastTop < 40 && !older.hidden) loadOlder();
});

let isSure = false; // Whether what waits to be kept may be given up.
find("leave").addEventListener("click", () => {
    if (outbox.size === 0 || isSure) left();
    else problem.textContent = "something waits to be kept: leave again to give it up";
    isSure = !isSure && outbox.size > 0;
});

find("now").addEventListener("click", () => connection.now());
addEventListener("online", () => { connection?.now(); joinAgain(); });
addEventListener("offline", joinAgain);
addEventListener("beforeunload", event => { if (outbox.size > 0) event.preventDefault(); });
