// The page of a chat that knows who comes in: version 3 of the protocol. What comes from
// others is data: it becomes text, never markup.

import { get, post, Refused } from "./api.js";
import { Connection } from "./connection.js";
import { Outbox, TEMPORARY } from "./outbox.js";
import { GOODBYES, Writers, called, find } from "./parts.js";
import { Rooms } from "./rooms.js";

const NO_TICKET = "the ticket was used or too old", SIGNED_OUT = "your session has ended";
Object.assign(GOODBYES, { 4003: NO_TICKET, 4004: SIGNED_OUT });

const TYPING_EVERY = 2000;

const [state, problem, text] = ["state", "problem", "text"].map(find);
const writers = new Writers(find("typing"));
const outbox = new Outbox(find("pending"), message => connection.ask(message));
const rooms = new Rooms({ tried, join });

let connection, me, attempt = 0, toldTyping = 0;

// Does something, and shows why it cannot be done.
async function tried(act) {
    problem.textContent = "";
    try {
        await act();
    } catch (error) {
        if (error.code === "not_signed_in") signedOut(SIGNED_OUT);
        else problem.textContent = error instanceof Refused ? error.message :
            "the server was not reached: try again";
    }
}

const on = (id, what, act) => find(id).addEventListener(what, event => {
    if (what === "submit") event.preventDefault();
    tried(() => act(event));
});

// ---- The door

function signedIn(name) {
    if (name !== me) forget();
    me = name;
    // A hint for the next load that there is a session, which no script can see.
    localStorage.setItem("name", name);
    find("password").value = "";
    find("door").hidden = true;
    [find("chat"), find("sign-out")].forEach(part => part.hidden = false);
    connection = new Connection({
        connecting() {
            attempt += 1;
            find("now").hidden = true;
            state.textContent = "connecting";
        },
        opened: sayHello,
        heard(message) {
            if (Object.hasOwn(hears, message.type)) hears[message.type](message);
        },
        silent: () => rooms.opened.forEach(join),
        ended,
    });
}

// A ticket is for one hello, so each connection fetches its own.
async function sayHello() {
    const own = attempt;
    try {
        const { ticket } = await post("ticket");
        if (own === attempt) connection.ask({ type: "hello", version: 3, ticket });
    } catch (error) {
        if (own !== attempt) return;
        if (error.code === "not_signed_in") signedOut(SIGNED_OUT);
        else connection.drop(error instanceof Refused ? error.message : "no ticket");
    }
}

function ended(why, wait) {
    if (why === SIGNED_OUT) return signedOut(why);
    lost();
    state.textContent =
        `not connected: ${why}; next attempt in ${Math.ceil(wait / 1000)} s`;
    find("now").hidden = false;
}

function lost() {
    attempt += 1;
    outbox.lost();
    writers.forgetAll();
    for (const room of rooms.opened) room.isIn = false;
}

// What waits to be kept goes on waiting, for the same person.
function signedOut(why) {
    connection?.stop();
    lost();
    localStorage.removeItem("name");
    [find("chat"), find("now"), find("sign-out")].forEach(part => part.hidden = true);
    find("door").hidden = false;
    state.textContent = "not signed in";
    problem.textContent = why;
    find("password").focus();
}

// What was one person's is shown to nobody else.
function forget() {
    me = undefined;
    outbox.clear();
    rooms.clear();
    text.value = "";
}

on("door", "submit", async ({ submitter }) => {
    const who = { name: find("name").value, password: find("password").value };
    const path = submitter?.id === "sign-up" ? "sign-up" : "sign-in";
    const { name } = await post(path, who);
    signedIn(name);
});

on("sign-out", "click", async () => {
    await post("sign-out");
    signedOut("");
    forget();
});

// ---- Rooms

function join(room) {
    connection.ask({ type: "join", room: room.info.room, after: room.seen });
}

async function made(room, form) {
    form.reset();
    find("new").open = false;
    await rooms.list();
    rooms.enter(room);
}

on("make", "submit", async ({ target }) => {
    const kind = find("private").checked ? "private" : "public";
    await made(await post("rooms", { room: find("room").value, kind }), target);
});

on("direct", "submit", async ({ target }) => {
    await made(await post("direct", { name: find("whom").value }), target);
});

on("invite", "submit", async ({ target }) => {
    const { room } = rooms.current.info;
    await post(`rooms/${room}/invite`, { name: find("guest").value });
    target.reset();
});

on("leave", "click", () => post(`rooms/${rooms.current.info.room}/leave`));

// ---- What is heard

// One function for each message of the protocol that this page makes something of.
const hears = {
    welcome({ name, rooms: own }) {
        state.textContent = `${name} is signed in`;
        const names = new Set(own.map(({ room }) => room));
        const gone = rooms.opened.filter(({ info }) => !names.has(info.room));
        gone.forEach(({ info }) => rooms.remove(info.room));
        rooms.opened.forEach(join);
        if (rooms.opened.length === 0) outbox.ready();
        tried(() => rooms.list());
    },
    joined({ room: name, members }) {
        const room = rooms.get(name);
        if (room === undefined) return;
        room.isIn = true;
        room.people = new Set(members);
        rooms.describe();
        if (rooms.opened.every(({ isIn }) => isIn)) outbox.ready();
    },
    gap({ room: name, first, last }) {
        rooms.get(name)?.gap(first, last);
    },
    message(message) {
        told(message, room => {
            writers.forget(message.name);
            room.show(message, message.name === me);
            // To hear it is as good as an answer.
            const isOurs = message.name === me && outbox.has(message.id);
            if (isOurs) outbox.accepted(message.id, message.seq, message.seq);
        });
    },
    edited(message) {
        told(message, room => room.change(message.target, message.text));
    },
    deleted(message) {
        told(message, room => room.change(message.target, undefined));
    },
    accepted({ id, seq, room }) {
        outbox.accepted(id, seq, rooms.get(room)?.seen ?? seq);
    },
    presence({ room: name, name: who, state: presence }) {
        const room = rooms.get(name);
        if (room === undefined) return;
        if (presence === "here") room.people.add(who);
        else { room.people.delete(who); writers.forget(who); }
        room.note(called(who), presence === "here" ? " has come." : " has left.");
        rooms.describe();
    },
    typing({ room, name }) {
        if (room === rooms.current?.info.room) writers.add(name);
    },
    room({ room: { room } }) {
        tried(async () => {
            await rooms.list();
            if (rooms.get(room) === undefined) rooms.mark(room);
        });
    },
    removed({ room }) {
        rooms.remove(room);
        tried(() => rooms.list());
    },
    error({ code, field, text: what, id }) {
        if (id === undefined && TEMPORARY.has(code)) return connection.drop(what);
        const message = outbox.has(id) ? outbox.refused(id, code) : undefined;
        problem.textContent = field ? `${field}: ${what}` : what;
        if (message !== undefined && text.value === "") text.value = message.text;
    },
};

// Each number must be the next one. If one is missing, the connection is good for nothing.
function told(message, act) {
    const room = rooms.get(message.room);
    if (room === undefined) return;
    const what = room.take(message.seq);
    if (what === "missing") connection.drop("something is missing");
    if (what !== "next") return;
    act(room);
    rooms.mark(message.room);
}

// ---- What is said

on("say", "submit", () => {
    toldTyping = 0;
    const say = { type: "say", room: rooms.current.info.room, text: text.value };
    if (outbox.add(say, text.value)) text.value = "";
    else problem.textContent = "too much waits to be kept: wait a little";
    find("scroll").scrollTop = find("scroll").scrollHeight;
});

text.addEventListener("input", () => {
    const room = rooms.current;
    if (!room?.isIn || Date.now() - toldTyping < TYPING_EVERY) return;
    toldTyping = Date.now();
    connection.tell({ type: "typing", room: room.info.room });
});

on("now", "click", () => connection.now());
addEventListener("online", () => connection?.now());
addEventListener("beforeunload", event => { if (outbox.size > 0) event.preventDefault(); });

if (localStorage.getItem("name") !== null) {
    find("name").value = localStorage.getItem("name");
    tried(async () => signedIn((await get("me")).name));
}
