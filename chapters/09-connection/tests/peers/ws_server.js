// npm's `ws` as a server for our client. Prints its port, and how each connection ended.
"use strict";
const { WebSocketServer } = require("ws");

// Rather an error than a test that hangs.
setTimeout(() => process.exit(1), 30_000).unref();

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () => {
    console.log(server.address().port);
});
server.on("connection", socket => {
    socket.on("pong", data => socket.send(`pong: ${data}`));
    socket.on("error", () => {});
    socket.on("close", (code, reason) => console.log("closed", code, reason.toString()));
    socket.on("message", (data, binary) => {
        switch (binary ? null : data.toString()) {
            case "close me": return socket.close(4001, "done");
            case "ping me": return socket.ping("are you there");
            case "fragments":
                socket.send("ab", { fin: false });
                return socket.send("c", { fin: true });
            case "bad": return socket._socket.write(Buffer.from([0x83, 0x00]));
            case "utf-8": return socket._socket.write(Buffer.from([0x81, 0x01, 0xff]));
            case "stop": return process.exit(0);
            default: return socket.send(data, { binary });
        }
    });
});
