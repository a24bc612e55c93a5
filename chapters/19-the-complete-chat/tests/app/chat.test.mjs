import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { app, fakeLines, pass, settle, stoppedClock, Storage } from "./fakes.mjs";

const { Chat } = await app("chat.js");
const { Keep } = await app("keep.js");
const { rowsOf } = await app("rows.js");

const HARBOUR = { room: "harbour", kind: "public", read: 3 };

let lines, chat, line, reads, told;
beforeEach(async () => {
    stoppedClock();
    [lines, reads, told] = [fakeLines(), [], []];
    const api = {
        ticket: async () => ({ ticket: "t" }),
        read: async (room, seq) => { reads.push([room, seq]); },
    };
    const tell = what => (...words) => told.push([what, ...words]);
    chat = new Chat(api, "Ann", new Keep("Ann", new Storage()), {
        heard: tell("heard"), notice: tell("notice"), added: tell("added"),
        removed: tell("removed"),
    }, { lines });
    chat.connection.start();
    await settle();
    welcome([HARBOUR]);
});

function welcome(rooms) {
    line = lines.websocket.opened.at(-1);
    line.hears({ type: "welcome", version: 3, name: "Ann", rooms });
}
const joined = (seq = 3, members = ["Ann"]) =>
    line.hears({ type: "joined", room: "harbour", seq, members });
const message = (seq, name, text, id) =>
    line.hears({ type: "message", room: "harbour", seq, name, text, id });
const harbour = () => chat.rooms.get("harbour");
const texts = () => harbour().messages.map(({ text }) => text);

test("it joins after what has been read, so that what is new is counted", () => {
    const join = { type: "join", room: "harbour", after: 3 };
    assert.deepEqual(line.news.slice(1), [join]);
    joined(6);
    message(4, "Bob", "one");
    message(5, "Ann", "mine");
    line.hears({ type: "edited", room: "harbour", seq: 6, target: 4, name: "Bob", text: "1" });
    assert.deepEqual(harbour().unread("Ann"), { count: 1, more: false });
    assert.deepEqual(texts(), ["1", "mine"]);
});

test("a number that was told before is nothing new, and a missing one ends the connection", () => {
    joined();
    message(4, "Bob", "one");
    message(4, "Bob", "one");
    assert.deepEqual(texts(), ["one"]);
    message(6, "Bob", "three");
    assert.deepEqual(texts(), ["one"]);
    assert.equal(chat.connection.state.why, "Something was missing.");
});

test("after a lost connection it goes on behind what it has seen", async () => {
    joined();
    message(4, "Bob", "one");
    line.events.closed(1006);
    assert.equal(harbour().isIn, false);
    chat.connection.now();
    await settle();
    welcome([HARBOUR]);
    assert.deepEqual(line.news.at(-1), { type: "join", room: "harbour", after: 4 });
});

test("a message that was kept before the connection was lost is there once", async () => {
    joined();
    chat.open("harbour");
    chat.say("hello");
    const { id } = line.news.at(-1);
    line.events.closed(1006);
    chat.connection.now();
    await settle();
    welcome([HARBOUR]);
    joined();
    assert.equal(line.news.find(({ type }) => type === "say").id, id);
    message(4, "Ann", "hello", id);
    line.hears({ type: "accepted", room: "harbour", id, seq: 4 });
    const rows = rowsOf(harbour(), "Ann", chat.outbox.of("harbour"), undefined);
    assert.deepEqual(rows.map(({ text, state }) => [text, state]), [["hello", "kept"]]);
    assert.equal(chat.outbox.size, 0);
});

test("a row stays the same row while it is sent and when it is kept", () => {
    joined();
    chat.open("harbour");
    chat.say("hello");
    const rows = () => rowsOf(harbour(), "Ann", chat.outbox.of("harbour"), undefined);
    const [before] = rows();
    assert.equal(before.state, "sending");
    const { id } = line.news.at(-1);
    message(4, "Ann", "hello", id);
    const [after] = rows();
    assert.deepEqual([after.key, after.state], [before.key, "kept"]);
});

test("a change is seen at once, and says what became of it", () => {
    joined();
    chat.open("harbour");
    message(4, "Ann", "helo", "id");
    chat.edit(4, "hello");
    const row = () => rowsOf(harbour(), "Ann", chat.outbox.of("harbour"), undefined)[0];
    assert.deepEqual([row().text, row().state], ["hello", "changing"]);
    const { id } = line.news.at(-1);
    line.hears({
        type: "error", code: "deleted", text: "it has been deleted", id, room: "harbour",
    });
    assert.deepEqual([row().text, row().state], ["hello", "failed"]);
    chat.outbox.discard(id);
    assert.deepEqual([row().text, row().state], ["helo", "kept"]);
});

test("a gap begins the room anew, and older pages fill it", () => {
    joined(2000);
    chat.open("harbour");
    line.hears({ type: "page", room: "harbour", messages: [], more: false });
    line.hears({ type: "gap", room: "harbour", first: 4, last: 1000 });
    message(1001, "Bob", "late");
    assert.equal(harbour().hasOlder, true);
    assert.deepEqual(harbour().unread("Ann"), { count: 1, more: true });
    chat.loadOlder();
    assert.equal(line.news.at(-1).before, 1001);
    const older = [{ seq: 1000, name: "Bob", text: "early" }];
    line.hears({ type: "page", room: "harbour", messages: older, more: true });
    assert.deepEqual(texts(), ["early", "late"]);
});

test("what the server has lost is not shown any more", () => {
    joined(3);
    chat.open("harbour");
    message(4, "Bob", "kept by nobody");
    line.hears({ type: "gap", room: "harbour", first: 3, last: 4 });
    assert.deepEqual(texts(), []);
    message(3, "Bob", "three");
    assert.deepEqual(texts(), ["three"]);
});

test("what is read is told once, after a moment, and another window's reading counts", async () => {
    joined();
    chat.open("harbour");
    message(4, "Bob", "one");
    chat.markRead();
    message(5, "Bob", "two");
    chat.markRead();
    await pass(400);
    assert.deepEqual(reads, [["harbour", 5]]);
    message(6, "Bob", "three");
    line.hears({ type: "read", room: "harbour", seq: 6 });
    assert.equal(chat.unread, 0);
});

test("a room one is let into is joined, and one that is taken away gives back what waits", () => {
    joined();
    line.hears({ type: "room", room: { room: "pier", kind: "private", read: 0, members: [] } });
    assert.deepEqual(line.news.at(-1), { type: "join", room: "pier", after: 0 });
    assert.equal(told.at(-1)[0], "added");
    chat.open("pier");
    chat.say("never kept");
    line.hears({ type: "removed", room: "pier" });
    const [what, room, unsent] = told.at(-1);
    assert.deepEqual([what, room.name, unsent[0].text], ["removed", "pier", "never kept"]);
    assert.equal(chat.openRoom, undefined);
});

test("of very many rooms it is in forty, and in the one that is opened", () => {
    const names = Array.from({ length: 45 }, (_, number) => `room-${number}`);
    const { length } = line.news; // What was said before is none of this.
    assert.notEqual(length, 0);
    welcome(names.map(room => ({ room, kind: "public", read: 0 })));
    assert.deepEqual(line.news.map(({ room }) => room), names.slice(0, 40));
    chat.open("room-44");
    const [leave, join] = line.news;
    assert.deepEqual(leave, { type: "leave", room: "room-0" });
    assert.deepEqual(join, { type: "join", room: "room-44", after: 0 });
});

test("a private room is called without the end of its name", () => {
    const room = { room: "pier--x7k2m9q4", kind: "private", read: 0, members: ["Ann"] };
    line.hears({ type: "room", room });
    assert.equal(chat.rooms.get("pier--x7k2m9q4").title, "pier");
});

test("a message of a later version is passed over", () => {
    line.hears({ type: "constructor" });
    line.hears({ type: "firework", room: "harbour" });
    assert.equal(chat.connection.state.phase, "connected");
});
