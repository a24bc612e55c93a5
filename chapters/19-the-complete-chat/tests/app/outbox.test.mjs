import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { app, pass, stoppedClock, Storage } from "./fakes.mjs";

const { Outbox } = await app("outbox.js");
const { Keep } = await app("keep.js");

let sent, outbox;
beforeEach(() => {
    stoppedClock();
    sent = [];
    outbox = new Outbox(message => sent.push(message.text));
});
const say = (text, room = "harbour") => outbox.add({ type: "say", room, text });

test("one of a room is on its way at a time, and the order stays", () => {
    outbox.ready("harbour");
    const [one] = [say("one"), say("two")];
    assert.deepEqual(sent, ["one"]);
    outbox.accepted(one, 1, 0);
    assert.deepEqual(sent, ["one", "two"]);
});

test("another room does not wait", () => {
    outbox.ready("harbour");
    outbox.ready("pier");
    say("one");
    say("elsewhere", "pier");
    assert.deepEqual(sent, ["one", "elsewhere"]);
});

test("after a lost connection what had no answer is sent again, with its id", () => {
    outbox.ready("harbour");
    const id = say("one");
    outbox.lost();
    say("two");
    outbox.ready("harbour");
    assert.deepEqual(sent, ["one", "one"]);
    outbox.accepted(id, 1, 1);
    assert.deepEqual(sent, ["one", "one", "two"]);
    assert.equal(outbox.of("harbour").length, 1);
});

test("what is kept is shown until it has been told", () => {
    outbox.ready("harbour");
    const id = say("one");
    outbox.accepted(id, 5, 4);
    assert.equal(outbox.of("harbour")[0].seq, 5);
    outbox.told("harbour", 5);
    assert.equal(outbox.size, 0);
});

test("what is refused steps aside, and can be tried again or given up", () => {
    outbox.ready("harbour");
    const [id] = [say("too long"), say("short")];
    outbox.refused(id, { code: "too_long", text: "it is too long" });
    assert.deepEqual(sent, ["too long", "short"]);
    assert.equal(outbox.get(id).problem.code, "too_long");
    outbox.accepted(outbox.of("harbour")[1].message.id, 1, 1);
    outbox.retry(id);
    assert.deepEqual(sent, ["too long", "short", "too long"]);
    outbox.refused(id, { code: "too_long", text: "it is too long" });
    assert.equal(outbox.discard(id).text, "too long");
    assert.equal(outbox.size, 0);
});

test("what the server could not do now is tried again after 5 s, in its place", async () => {
    outbox.ready("harbour");
    const [id] = [say("one"), say("two")];
    outbox.refused(id, { code: "unavailable" });
    await pass(4_999);
    assert.deepEqual(sent, ["one"]);
    await pass(1);
    assert.deepEqual(sent, ["one", "one"]);
});

test("there is a bound", () => {
    for (let number = 0; number < 64; number++) assert.notEqual(say("x"), undefined);
    assert.equal(say("one too many"), undefined);
});

test("what waits is kept over a reload, and has the same ids", () => {
    const storage = new Storage();
    const keep = new Keep("Ann", storage);
    const id = say("one");
    keep.unsent = outbox.messages();
    keep.setDraft("harbour", "half a sen");
    const after = new Keep("Ann", storage);
    assert.deepEqual(after.unsent, [{ type: "say", room: "harbour", text: "one", id }]);
    assert.equal(after.draft("harbour"), "half a sen");
    assert.equal(new Keep("Bob", storage).draft("harbour"), "");
    const loaded = new Outbox(message => sent.push(message.id));
    loaded.restore(after.unsent);
    loaded.ready("harbour");
    assert.deepEqual(sent, [id]);
    after.clear();
    assert.deepEqual(new Keep("Ann", storage).unsent, []);
});
