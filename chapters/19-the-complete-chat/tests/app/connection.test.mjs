import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { app, fakeLines, pass, settle, stoppedClock } from "./fakes.mjs";

const { Connection } = await app("connection.js");
const { ApiError } = await app("api.js");

let lines, connection, heard, silences, ticket, works;
beforeEach(() => {
    stoppedClock();
    mock.method(Math, "random", () => 0.5);
    [lines, heard, silences, works] = [fakeLines(), [], 0, false];
    let tickets = 0;
    ticket = () => ({ ticket: `ticket ${++tickets}` });
    const api = { ticket: async () => ticket() };
    connection = new Connection(api, {
        changed() {}, heard: message => heard.push(message.type), silent: () => silences++,
    }, { lines, looks: async () => works });
});
const last = kind => lines[kind].opened.at(-1);

async function connected(kind = "websocket") {
    connection.start();
    await settle();
    last(kind).hears({ type: "welcome", version: 3, name: "Ann", rooms: [] });
    assert.equal(connection.state.phase, "connected");
    return last(kind);
}

test("it shows a fresh ticket each time", async () => {
    const line = await connected();
    assert.deepEqual(line.news, [{ type: "hello", version: 3, ticket: "ticket 1" }]);
    line.events.closed(1012);
    assert.equal(connection.state.why, "The server is restarting.");
    await pass(2_500);
    assert.equal(last("websocket").news[0].ticket, "ticket 2");
});

test("it says why it is not connected, when it comes back, and comes at once when told", async () => {
    const line = await connected();
    line.events.closed(1006);
    const { phase, why, until } = connection.state;
    assert.deepEqual([phase, why, until - Date.now()],
        ["waiting", "The connection was lost.", 2_500]);
    connection.now();
    await settle();
    assert.equal(lines.websocket.opened.length, 2);
});

test("a server that says when to come is not asked earlier", async () => {
    ticket = () => { throw new ApiError(503, { code: "x", text: "Not now." }, 30); };
    connection.start();
    await settle();
    assert.equal(connection.state.until - Date.now(), 32_500);
    assert.equal(connection.state.why, "Not now.");
});

test("where WebSockets are blocked it takes the next way, and then the last", async () => {
    lines.websocket.works = lines.events.works = false;
    const line = await connected("polling");
    assert.equal(connection.way, "polling");
    // Each of them with a ticket of its own.
    assert.equal(line.news[0].ticket, "ticket 3");
});

test("a way on which nobody welcomes it is blocked as well", async () => {
    connection.start();
    await settle();
    await pass(6_000);
    assert.equal(connection.way, "events");
    assert.equal(lines.websocket.opened[0].isClosed, true);
});

test("it looks for WebSockets later, and takes them when they are there", async () => {
    lines.websocket.works = false;
    const line = await connected("events");
    await pass(60_000);
    // Still blocked: the next look is after two minutes.
    assert.equal(connection.way, "events");
    lines.websocket.works = works = true;
    line.hears({ type: "typing" });
    await pass(119_999);
    assert.equal(connection.way, "events");
    await pass(1);
    assert.equal(connection.way, "websocket");
    assert.equal(line.isClosed, true);
});

test("when no way leads there, it begins with the first again, later", async () => {
    for (const kind of Object.values(lines)) kind.works = false;
    connection.start();
    await settle();
    assert.equal(connection.state.phase, "waiting");
    assert.equal(connection.way, "websocket");
});

test("a session that has ended is an end, and it can be begun again", async () => {
    const line = await connected();
    line.events.closed(4004);
    assert.equal(connection.state.phase, "ended");
    await pass(600_000);
    assert.equal(lines.websocket.opened.length, 1);
    ticket = () => { throw new ApiError(401, { code: "not_signed_in", text: "" }); };
    connection.start();
    await settle();
    assert.equal(connection.state.phase, "ended");
});

test("a server that is silent is asked, and given up when it does not answer", async () => {
    await connected();
    await pass(20_000);
    assert.equal(silences, 1);
    connection.ask({ type: "join" });
    await pass(10_000);
    assert.equal(connection.state.why, "The server did not answer.");
});

test("what an old line says is not heard", async () => {
    const line = await connected();
    connection.drop("Something was missing.");
    line.hears({ type: "message" });
    line.events.closed(1006);
    assert.deepEqual(heard, ["welcome"]);
    assert.equal(connection.state.why, "Something was missing.");
});
