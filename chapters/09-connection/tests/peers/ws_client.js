// npm's `ws` as a client of our server. Prints what it is told.
"use strict";
const WebSocket = require("ws");
const url = process.argv[2];

// Rather an error than a test that hangs.
setTimeout(() => process.exit(1), 30_000).unref();

async function open() {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const told = [], waiting = [];
    const tell = what => waiting.length > 0 ? waiting.shift()(what) : told.push(what);
    socket.on("message", (data, binary) => tell(binary ? data : data.toString()));
    socket.on("pong", data => tell(`pong ${data}`));
    socket.on("close", (code, reason) => tell({ code, reason: reason.toString() }));
    socket.on("error", () => {});
    socket.next = () => new Promise(done => {
        told.length > 0 ? done(told.shift()) : waiting.push(done);
    });
    await new Promise(done => socket.once("open", done));
    return socket;
}

async function talk() {
    let socket = await open();
    socket.send("héllo 🦀");
    console.log("text", await socket.next());
    socket.send(Buffer.from([0, 255, 128]));
    console.log("binary", (await socket.next()).toString("hex"));
    socket.send("ab", { fin: false });
    socket.send("c", { fin: true });
    console.log("fragments", await socket.next());
    socket.ping("hi");
    console.log(await socket.next());
    socket.send("ping me");
    console.log("pinged", await socket.next());
    socket.send(Buffer.alloc(1 << 20));
    console.log("mebibyte", (await socket.next()).length);
    socket.close(4000, "bye");
    let end = await socket.next();
    console.log("closed", end.code, end.reason);
    socket = await open();
    socket.send("close me");
    end = await socket.next();
    console.log("closed", end.code, end.reason);
    // An opcode that is reserved; and a text that is not UTF-8. Both masked.
    const frames = { "bad": [0x83, 0x80, 0, 0, 0, 0], "utf-8": [0x81, 0x81, 0, 0, 0, 0, 0xff] };
    for (const [name, frame] of Object.entries(frames)) {
        socket = await open();
        socket._socket.write(Buffer.from(frame));
        console.log(name, (await socket.next()).code);
    }
}

talk();
