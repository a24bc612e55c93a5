// The main cases of the chat's version 2, spoken with npm's `ws`, from the protocol's page
// alone.
const assert = require("node:assert/strict");
const { randomUUID } = require("node:crypto");
const { once } = require("node:events");
const WebSocket = require("ws");

const [url] = process.argv.slice(2);

// A connection, and what it has heard and nobody has asked for.
class Client {
    static async guest(name) {
        const client = new Client();
        client.name = name;
        client.heard = [];
        client.socket = new WebSocket(url);
        client.socket.on("message", data => {
            client.heard.push(JSON.parse(data));
            client.socket.emit("heard");
        });
        await once(client.socket, "open");
        client.say({ type: "hello", version: 2, name });
        await client.hears({ type: "welcome", version: 2, name });
        return client;
    }

    say(message) {
        this.socket.send(JSON.stringify(message));
    }

    async hear() {
        while (this.heard.length === 0) await once(this.socket, "heard");
        const message = this.heard.shift();
        if (message.type === "error") {
            assert.ok(message.text);
            delete message.text;
        }
        return message;
    }

    // The next messages, all of each, in whatever order; only the text of an error is the
    // server's own.
    async hears(...expected) {
        const heard = [];
        while (heard.length < expected.length) heard.push(await this.hear());
        const sorted = list => list.toSorted((a, b) => a.type < b.type ? -1 : 1);
        assert.deepEqual(sorted(heard), sorted(expected));
    }

    async join(room, members, seq = 0, after = undefined) {
        this.say({ type: "join", room, after });
        await this.hears({ type: "joined", room, seq, members });
    }

    // Says something, hears it and that it is kept.
    async says(room, seq, text) {
        const id = randomUUID();
        this.say({ type: "say", room, text, id });
        const said = { type: "message", room, seq, name: this.name, text, id };
        await this.hears(said, accepted(room, seq, id));
        return said;
    }
}

const accepted = (room, seq, id) => ({ type: "accepted", room, id, seq });
const presence = (room, name, state) => ({ type: "presence", room, name, state });

const cases = {
    async accepted() {
        const [ann, bob] = [await Client.guest("Ann"), await Client.guest("Bob")];
        const room = "js-accepted";
        await ann.join(room, ["Ann"]);
        await bob.join(room, ["Ann", "Bob"]);
        await ann.hears(presence(room, "Bob", "here"));
        const said = await ann.says(room, 1, "<b>für</b> 5 € 🎉");
        await bob.hears(said);
        bob.say({ type: "typing", room });
        await ann.hears({ type: "typing", room, name: "Bob" });
    },
    async retry() {
        const [room, id] = ["js-retry", randomUUID()];
        const message = { type: "say", room, text: "once", id };
        let ann = await Client.guest("Ann");
        await ann.join(room, ["Ann"]);
        ann.say(message);
        // The answer is not waited for.
        ann.socket.close();
        await once(ann.socket, "close");
        ann = await Client.guest("Ann");
        ann.say({ type: "join", room });
        // Whether the first attempt has arrived is not known here.
        assert.ok((await ann.hear()).seq <= 1);
        ann.say(message);
        let heard = await ann.hear();
        while (heard.type !== "accepted") heard = await ann.hear();
        assert.deepEqual(heard, accepted(room, 1, id));
        ann.say(message);
        heard = await ann.hear();
        while (heard.type !== "accepted") heard = await ann.hear();
        assert.deepEqual(heard, accepted(room, 1, id));
        await ann.says(room, 2, "and then");
    },
    async resume() {
        let [ann, bob] = [await Client.guest("Ann"), await Client.guest("Bob")];
        const room = "js-resume";
        await ann.join(room, ["Ann"]);
        await bob.join(room, ["Ann", "Bob"]);
        await ann.hears(presence(room, "Bob", "here"));
        await bob.hears(await ann.says(room, 1, "heard"));
        bob.socket.terminate();
        await ann.hears(presence(room, "Bob", "gone"));
        const missed = [await ann.says(room, 2, "missed"), await ann.says(room, 3, "as well")];
        bob = await Client.guest("Bob");
        await bob.join(room, ["Ann", "Bob"], 3, 1);
        for (const said of missed) await bob.hears(said);
        await ann.hears(presence(room, "Bob", "here"));
        await bob.hears(await ann.says(room, 4, "now"));
    },
    async gap() {
        const [ann, room] = [await Client.guest("Ann"), "old"];
        await ann.join(room, ["Ann"], 1010, 3);
        await ann.hears({ type: "gap", room, first: 4, last: 10 });
        for (let seq = 11; seq <= 1010; seq += 1) {
            await ann.hears({ type: "message", room, seq, name: "Bob", text: `message ${seq}` });
        }
        ann.say({ type: "leave", room });
        await ann.hears({ type: "left", room });
        // She has seen what is not there.
        await ann.join(room, ["Ann"], 1010, 1015);
        await ann.hears({ type: "gap", room, first: 1011, last: 1015 });
    },
    async edit() {
        const [ann, room, id] = [await Client.guest("Ann"), "js-edit", randomUUID()];
        await ann.join(room, ["Ann"]);
        await ann.says(room, 1, "fery");
        const message = { type: "edit", room, seq: 1, text: "ferry", id };
        ann.say(message);
        const edited = { type: "edited", room, seq: 2, target: 1, name: "Ann", text: "ferry" };
        await ann.hears(edited, accepted(room, 2, id));
        ann.say(message);
        await ann.hears(accepted(room, 2, id));
    },
    async delete() {
        const [ann, room, id] = [await Client.guest("Ann"), "js-delete", randomUUID()];
        await ann.join(room, ["Ann"]);
        const { text: _, ...wordless } = await ann.says(room, 1, "a secret");
        ann.say({ type: "delete", room, seq: 1, id });
        const gone = { type: "deleted", room, seq: 2, target: 1, name: "Ann" };
        await ann.hears(gone, accepted(room, 2, id));
        const bob = await Client.guest("Bob");
        await bob.join(room, ["Ann", "Bob"], 2, 0);
        await bob.hears(wordless);
        await bob.hears(gone);
    },
    async page() {
        const [ann, room] = [await Client.guest("Ann"), "old"];
        await ann.join(room, ["Ann"], 1010);
        for (const [before, seqs, more] of [[103, [101, 102], true], [2, [1], false]]) {
            ann.say({ type: "page", room, before, limit: 2 });
            const messages = seqs.map(seq => ({ seq, name: "Bob", text: `message ${seq}` }));
            await ann.hears({ type: "page", room, messages, more });
        }
    },
    async search() {
        const [ann, room] = [await Client.guest("Ann"), "js-search"];
        await ann.join(room, ["Ann"]);
        const { seq, name, text, id } = await ann.says(room, 1, "The ferry leaves at nine");
        await ann.says(room, 2, "Nothing else does");
        for (const query of ["FERRY", "ferry lea"]) {
            ann.say({ type: "search", room, query });
            const messages = [{ seq, name, text, id }];
            await ann.hears({ type: "found", room, query, messages });
        }
    },
    async errors() {
        const [ann, bob] = [await Client.guest("Ann"), await Client.guest("Bob")];
        const [room, id] = ["js-errors", randomUUID()];
        await ann.join(room, ["Ann"]);
        const said = await ann.says(room, 1, "mine");
        await bob.join(room, ["Ann", "Bob"], 1);
        await ann.hears(presence(room, "Bob", "here"));
        for (const [client, message, code, field] of [
            [bob, { type: "edit", seq: 1, text: "his", id }, "not_yours", "seq"],
            [bob, { type: "delete", seq: 7, id }, "no_such_message", "seq"],
            [ann, { type: "say", text: "other words", id: said.id }, "id_in_use", "id"],
            [ann, { type: "say", text: " ", id }, "empty", "text"],
            [ann, { type: "edit", seq: 2 ** 53, text: "a", id }, "malformed", "seq"],
        ]) {
            client.say({ room, ...message });
            await client.hears({ type: "error", code, field, id: message.id, room });
        }
        ann.say({ type: "say", room, text: "no id" });
        await ann.hears({ type: "error", code: "malformed", field: "id", room });
        ann.say({ type: "search", room: "js-elsewhere", query: "a" });
        await ann.hears({ type: "error", code: "not_in_room", field: "room", room: "js-elsewhere" });
    },
};

(async () => {
    for (const [name, play] of Object.entries(cases)) {
        await play();
        console.log(name);
    }
    process.exit(0);
})();
