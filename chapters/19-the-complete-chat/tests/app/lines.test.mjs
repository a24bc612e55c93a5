import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { app, pass, response, settle, stoppedClock } from "./fakes.mjs";

const { PollingLine, Sayer } = await app("line-http.js");
const { Api, ApiError } = await app("api.js");
const { Schedule } = await app("schedule.js");

beforeEach(stoppedClock);

test("what is said while a POST is on its way goes with the next one, and is numbered", async () => {
    const posts = [];
    let answer;
    const fetch = (url, { body }) => {
        posts.push(JSON.parse(body));
        return new Promise(done => { answer = () => done(response(204)); });
    };
    const sayer = new Sayer("/say", () => assert.fail("it works"), fetch);
    sayer.say("one");
    sayer.say("two");
    sayer.say("three");
    answer();
    await settle();
    assert.deepEqual(posts, [
        { n: 1, messages: ["one"], after: 0 }, { n: 2, messages: ["two", "three"], after: 0 },
    ]);
});

test("a line that has heard much says so, and one that is closed says with which code", async () => {
    const posts = [], codes = [];
    let answer = response(204);
    const fetch = async (url, { body }) => {
        posts.push(JSON.parse(body));
        return answer;
    };
    const sayer = new Sayer("/say", code => codes.push(code), fetch);
    sayer.heard(31);
    assert.deepEqual(posts, []);
    sayer.heard(32);
    await settle();
    assert.deepEqual(posts, [{ n: 1, messages: [], after: 32 }]);
    answer = response(410, { error: { code: "closed" }, closed: { code: 4004, reason: "" } });
    sayer.say("too late");
    await new Promise(setImmediate);
    assert.deepEqual(codes, [4004]);
});

test("a POST that was cut is sent again under its number, and given up after three", async () => {
    const posts = [];
    let failures = 0;
    const fetch = async (url, { body }) => {
        posts.push(JSON.parse(body).n);
        throw new TypeError("cut");
    };
    const sayer = new Sayer("/say", () => failures++, fetch);
    sayer.say("one");
    for (let second = 0; second < 3; second++) {
        await settle();
        await pass(1_000);
    }
    assert.deepEqual([posts, failures], [[1, 1, 1], 1]);
});

test("each poll says what was heard last, until the line is closed", async () => {
    const urls = [], heard = [];
    const answers = [
        { messages: ["a", "b"], last: 2 }, { messages: [], last: 2 },
        { messages: ["c"], last: 3, closed: { code: 1012, reason: "" } },
    ];
    const fetch = async url => {
        urls.push(url);
        return url === "/chat/line" ? response(201, { line: "x" }) : response(200, answers.shift());
    };
    await new Promise(done => new PollingLine({
        opened() {}, heard: text => heard.push(text),
        closed: code => { heard.push(code); done(); },
    }, { fetch }));
    assert.deepEqual(heard, ["a", "b", "c", 1012]);
    assert.deepEqual(urls.slice(1).map(url => url.split("?")[1]), ["after=0", "after=2", "after=2"]);
});

test("a server's refusal has its code, its field and its time; a proxy's page has neither", async () => {
    const problem = { code: "too_many_tries", field: "name", text: "wait" };
    const told = async answer => {
        try {
            await new Api(async () => answer).me();
        } catch (error) {
            assert.ok(error instanceof ApiError);
            return [error.status, error.code, error.field, error.retryAfter];
        }
    };
    assert.deepEqual(await told(response(429, { error: problem }, { "retry-after": "7" })),
        [429, "too_many_tries", "name", 7]);
    assert.deepEqual(await told(new Response("<h1>Bad gateway</h1>", { status: 502 })),
        [502, "trouble", undefined, 0]);
    const cut = new Api(async () => { throw new TypeError("cut"); });
    await assert.rejects(cut.me(), { status: 0, code: "unreachable" });
});

test("it waits as long as chapter 14's clients", () => {
    const waits = [0, 0.5, 1].map(chance => {
        const schedule = new Schedule(() => chance);
        const seconds = Array.from({ length: 7 }, () => schedule.next() / 1_000);
        schedule.connectedFor(9_999);
        seconds.push(schedule.next() / 1_000);
        schedule.connectedFor(10_000);
        return [...seconds, schedule.next() / 1_000];
    });
    assert.deepEqual(waits, [
        [0, 2.5, 5, 10, 20, 30, 30, 30, 0],
        [2.5, 3.75, 7.5, 15, 30, 45, 45, 45, 2.5],
        [5, 5, 10, 20, 40, 60, 60, 60, 5],
    ]);
});
