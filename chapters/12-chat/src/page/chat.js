// The chat's page. What comes from others is data: it becomes text, never markup.

const find = id => document.getElementById(id);
const [state, log, members, problem, text] =
    ["state", "log", "members", "problem", "text"].map(find);

// What the server's close codes mean for who reads this.
const GOODBYES = {
    1000: "goodbye",
    1001: "the server stops",
    1005: "goodbye",
    1006: "the connection is lost",
    1002: "what came was broken",
    1003: "what came was no text",
    1007: "what came was no text",
    1008: "this window says too much",
    1009: "that was too large",
    1013: "this window read too slowly",
    4001: "the server waited for a hello",
};
const MOST_LINES = 500;
const TYPING_EVERY = 2000, TYPING_SHOWN = 4000;

let socket, me, room, isIn, lastId = 0, toldTyping = 0;
const unheard = new Map(); // What we have said and not heard yet, by its id.
const writers = new Map(); // Who is writing, with the timer that forgets it.

const send = message => socket.send(JSON.stringify(message));

// A name in an element that keeps its direction of writing to itself.
const called = name => Object.assign(document.createElement("bdi"), { textContent: name });

function line(kind, ...content) {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const item = document.createElement("li");
    item.className = kind;
    item.append(...content);
    log.append(item);
    while (log.children.length > MOST_LINES) log.firstChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
}

function person(name) {
    const found = [...members.children].find(item => item.textContent === name);
    if (found) return found;
    const item = document.createElement("li");
    item.append(called(name));
    members.append(item);
    return item;
}

function showWriters() {
    const names = [...writers.keys()];
    find("typing").textContent = names.length === 0 ? "" :
        `${names.slice(0, 3).join(", ")} ${names.length > 1 ? "are" : "is"} writing …`;
}

function forgetWriter(name) {
    clearTimeout(writers.get(name));
    writers.delete(name);
    showWriters();
}

// One function for each message of the protocol. A message that is not among them is of a
// later version, and passed over.
const hears = {
    welcome({ name }) {
        me = name;
        send({ type: "join", room });
    },
    joined({ members: names }) {
        members.replaceChildren();
        names.forEach(person);
        isIn = true;
        find("enter").hidden = true;
        find("chat").hidden = false;
        say.querySelectorAll("input, button").forEach(field => field.disabled = false);
        state.textContent = `${me} in ${room}`;
        line("note", "You are here.");
        text.focus();
    },
    message({ name, text: said, id }) {
        if (name === me) unheard.delete(id);
        forgetWriter(name);
        const author = called(name);
        author.className = "name";
        const words = document.createElement("span");
        words.dir = "auto";
        words.textContent = said;
        line(name === me ? "own" : "", author, words);
    },
    presence({ name, state: presence }) {
        if (presence === "here") person(name);
        else { person(name).remove(); forgetWriter(name); }
        line("note", called(name), presence === "here" ? " has come." : " has left.");
    },
    typing({ name }) {
        forgetWriter(name);
        writers.set(name, setTimeout(forgetWriter, TYPING_SHOWN, name));
        showWriters();
    },
    error({ field, text: what, id }) {
        problem.textContent = field ? `${field}: ${what}` : what;
        // Give back what was not said.
        if (unheard.has(id) && text.value === "") text.value = unheard.get(id);
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
    members.replaceChildren();
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

const say = find("say");

say.addEventListener("submit", event => {
    event.preventDefault();
    const id = String(lastId += 1);
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
