// The chat's main cases, spoken with npm's `ws`, from the protocol's page alone.
const assert = require("node:assert/strict");
const { once } = require("node:events");
const WebSocket = require("ws");

const [url] = process.argv.slice(2);

// A connection, and what it has heard and nobody has asked for.
class Client {
    static async open() {
        const client = new Client();
        client.heard = [];
        client.socket = new WebSocket(url);
        client.socket.on("message", data => {
            client.heard.push(JSON.parse(data));
            client.socket.emit("heard");
        });
        await once(client.socket, "open");
        return client;
    }

    static async guest(name) {
        const client = await Client.open();
        client.say({ type: "hello", version: 1, name: ` ${name} ` });
        await client.hears({ type: "welcome", version: 1, name });
        return client;
    }

    say(message) {
        this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
    }

    // The next message, all of it; only the text of an error is the server's own.
    async hears(expected) {
        while (this.heard.length === 0) await once(this.socket, "heard");
        const message = this.heard.shift();
        if (message.type === "error") {
            assert.ok(message.text);
            delete message.text;
        }
        assert.deepEqual(message, expected);
    }

    async join(room, members, seq = 0) {
        this.say({ type: "join", room });
        await this.hears({ type: "joined", room, seq, members });
    }
}

const error = (code, field, id) => ({
    type: "error", code, ...(field && { field }), ...(id && { id }),
});

const cases = {
    async hello() {
        const ann = await Client.open();
        ann.say({ type: "join", room: "js-hello" });
        await ann.hears(error("hello_first"));
        ann.say({ type: "hello", version: 99, name: "Ann" });
        await ann.hears(error("unknown_version", "version"));
        ann.say({ type: "hello", version: 1, name: "Ann" });
        await ann.hears({ type: "welcome", version: 1, name: "Ann" });
        ann.say({ type: "hello", version: 1, name: "Ann" });
        await ann.hears(error("hello_again"));
    },
    async talking() {
        const [ann, bob, room] = [await Client.guest("Ann"), await Client.guest("Bob"), "js-talking"];
        await ann.join(room, ["Ann"]);
        await bob.join(room, ["Ann", "Bob"]);
        await ann.hears({ type: "presence", room, name: "Bob", state: "here" });
        const text = "<b>für</b> 5 € 🎉\n";
        ann.say({ type: "say", room, text, id: "a1" });
        for (const client of [ann, bob]) {
            await client.hears({ type: "message", room, seq: 1, name: "Ann", text, id: "a1" });
        }
        bob.say({ type: "typing", room });
        await ann.hears({ type: "typing", room, name: "Bob" });
        bob.say({ type: "say", room, text: "yes" });
        for (const client of [ann, bob]) {
            await client.hears({ type: "message", room, seq: 2, name: "Bob", text: "yes" });
        }
        bob.say({ type: "leave", room });
        await bob.hears({ type: "left", room });
        await ann.hears({ type: "presence", room, name: "Bob", state: "gone" });
        bob.say({ type: "say", room, text: "still?", id: "b1" });
        await bob.hears(error("not_in_room", "room", "b1"));
    },
    async windows() {
        const [ann, room] = [await Client.guest("Ann"), "js-windows"];
        const [phone, laptop] = [await Client.guest("Bob"), await Client.guest("Bob")];
        await ann.join(room, ["Ann"]);
        await phone.join(room, ["Ann", "Bob"]);
        await ann.hears({ type: "presence", room, name: "Bob", state: "here" });
        await laptop.join(room, ["Ann", "Bob"]);
        phone.socket.close();
        await once(phone.socket, "close");
        laptop.say({ type: "say", room, text: "here" });
        await ann.hears({ type: "message", room, seq: 1, name: "Bob", text: "here" });
        laptop.socket.close();
        await ann.hears({ type: "presence", room, name: "Bob", state: "gone" });
    },
    async refusals() {
        const [ann, room] = [await Client.guest("Ann"), "js-refusals"];
        await ann.join(room, ["Ann"]);
        ann.say("[]");
        await ann.hears(error("malformed"));
        for (const [message, code, field] of [
            [{}, "malformed", "type"],
            [{ type: "shout" }, "unknown_type", "type"],
            [{ type: "join" }, "malformed", "room"],
            [{ type: "join", room: 5 }, "malformed", "room"],
            [{ type: "join", room: "Tea" }, "bad_character", "room"],
            [{ type: "join", room, colour: "red" }, "malformed", "colour"],
            [{ type: "say", room, text: " " }, "empty", "text"],
            [{ type: "say", room, text: "é".repeat(2049) }, "too_long", "text"],
        ]) {
            ann.say(message);
            await ann.hears(error(code, field));
        }
        const text = "é".repeat(2048);
        ann.say({ type: "say", room, text });
        await ann.hears({ type: "message", room, seq: 1, name: "Ann", text });
    },
    async closes() {
        for (const [wrong, expected] of [[Buffer.from("{}"), 1003], ["x".repeat(40_000), 1009]]) {
            const ann = await Client.guest("Ann");
            ann.socket.send(wrong);
            const [code] = await once(ann.socket, "close");
            assert.equal(code, expected);
        }
    },
};

(async () => {
    for (const [name, play] of Object.entries(cases)) {
        await play();
        console.log(name);
    }
    process.exit(0);
})();
