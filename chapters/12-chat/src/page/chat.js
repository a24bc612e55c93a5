// The chat's page. What comes from others is data: it becomes text, never markup.

import { GOODBYES, People, Writers, called, find } from "./parts.js";

const [state, log, problem, text, say] =
    ["state", "log", "problem", "text", "say"].map(find);
const people = new People(find("members"));
const writers = new Writers(find("typing"));

const MOST_LINES = 500, MOST_UNHEARD = 16;
const TYPING_EVERY = 2000, JOIN_AGAIN_AFTER = 1000;

let socket, me, room, isIn, toldTyping = 0;
let last; // The number of the last message that we know of.
let joinsAgain, beforeJoin = []; // A timer, and what we had said when it rang.
const unheard = new Map(); // What we have said and not heard yet, by its id.
// Another window of ours has other ids.
const mark = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
let lastId = 0;

const send = message => socket.send(JSON.stringify(message));

function line(kind, ...content) {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const item = document.createElement("li");
    item.className = kind;
    item.append(...content);
    log.append(item);
    while (log.children.length > MOST_LINES) log.firstChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
}

// Messages are numbered without a gap. If `next` is not the next one, this window was too
// slow to be told all of them. Whether that is so.
function missesSome(next) {
    const count = next - last - 1;
    last = next - 1;
    if (count <= 0) return false;
    line("note", count === 1 ? "1 message is missing." : `${count} messages are missing.`);
    return true;
}

// Who has come and gone may be missing as well: the answer has them all. Not at once, since
// a window that is too slow would be asked to read even more.
function joinAgain() {
    joinsAgain ??= setTimeout(() => {
        joinsAgain = undefined;
        beforeJoin = [...unheard.keys()];
        send({ type: "join", room });
    }, JOIN_AGAIN_AFTER);
}

// Of what we have said one is answered, and so are those before it: what is not here is
// among what is missing.
function answered(id) {
    if (!unheard.has(id)) return;
    for (const earlier of unheard.keys()) {
        unheard.delete(earlier);
        if (earlier === id) return;
    }
}

function entered() {
    isIn = true;
    find("enter").hidden = true;
    find("chat").hidden = false;
    say.querySelectorAll("input, button").forEach(field => field.disabled = false);
    state.textContent = `${me} in ${room}`;
    line("note", "You are here.");
    text.focus();
}

// One function for each message of the protocol. A message that is not among them is of a
// later version, and passed over.
const hears = {
    welcome({ name }) {
        me = name;
        send({ type: "join", room });
    },
    joined({ seq, members }) {
        people.show(members);
        if (!isIn) {
            last = seq;
            return entered();
        }
        missesSome(seq + 1);
        beforeJoin.forEach(answered);
    },
    message({ seq, name, text: said, id }) {
        if (missesSome(seq)) joinAgain();
        last = seq;
        if (name === me) answered(id);
        writers.forget(name);
        const words = document.createElement("span");
        words.dir = "auto";
        words.textContent = said;
        line(name === me ? "own" : "", called(name, "name"), words);
    },
    presence({ name, state: presence }) {
        if (presence === "here") people.add(name);
        else { people.remove(name); writers.forget(name); }
        line("note", called(name), presence === "here" ? " has come." : " has left.");
    },
    typing({ name }) {
        writers.add(name);
    },
    dropped() {
        joinAgain();
    },
    error({ field, text: what, id }) {
        problem.textContent = field ? `${field}: ${what}` : what;
        // Give back what was not said.
        if (unheard.has(id) && text.value === "") text.value = unheard.get(id);
        else if (unheard.has(id)) line("note", "Not said: ", called(unheard.get(id)));
        unheard.delete(id);
        // Another name or another room may do better.
        if (!isIn) socket.close();
    },
    left() {},
};

function ended({ code }) {
    const why = GOODBYES[code] ?? `closed with ${code}`;
    state.textContent = `not connected: ${why}`;
    if (isIn) line("note", `Not connected any more: ${why}.`);
    for (const words of unheard.values()) {
        line("note", "Perhaps nobody has heard this: ", called(words));
    }
    unheard.clear();
    clearTimeout(joinsAgain);
    joinsAgain = undefined;
    people.show([]);
    writers.forgetAll();
    say.querySelectorAll("input, button").forEach(field => field.disabled = true);
    find("enter").hidden = false;
    find("enter").querySelector("button").disabled = false;
}

find("enter").addEventListener("submit", event => {
    event.preventDefault();
    const name = find("name").value;
    room = find("room").value;
    find("enter").querySelector("button").disabled = true;
    state.textContent = "connecting";
    problem.textContent = "";
    isIn = false;
    socket = new WebSocket(`${location.origin.replace("http", "ws")}/chat`);
    socket.onopen = () => send({ type: "hello", version: 1, name });
    socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (Object.hasOwn(hears, message.type)) hears[message.type](message);
    };
    socket.onclose = ended;
});

say.addEventListener("submit", event => {
    event.preventDefault();
    if (unheard.size === MOST_UNHEARD) {
        problem.textContent = `${MOST_UNHEARD} messages are not answered yet: wait for them`;
        return;
    }
    const id = `${mark}-${lastId += 1}`;
    unheard.set(id, text.value);
    send({ type: "say", room, text: text.value, id });
    text.value = problem.textContent = "";
    toldTyping = 0;
});

text.addEventListener("input", () => {
    if (Date.now() - toldTyping < TYPING_EVERY) return;
    toldTyping = Date.now();
    send({ type: "typing", room });
});
