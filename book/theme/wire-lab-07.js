// The lab of chapter 7: the browser's own WebSocket sends a frame, and every bit of it is
// named; the same for bytes that the reader types, and bits that the reader turns.
wireLab.panel("07", lab => {
    "use strict";
    const { counters, el } = wireLab;

    const PRESETS = {
        "a client's Hello": "81 85 37 fa 21 3d 7f 9f 4d 51 58",
        "a server's Hello": "81 05 48 65 6c 6c 6f",
        "a message in two frames": "01 83 00 00 00 00 48 65 6c 80 82 00 00 00 00 6c 6f",
        "an empty ping": "89 80 c2 07 9e 51",
        "a length in too many bytes": "82 fe 00 05 37 fa 21 3d 7f 9f 4d 51 58",
        "a length with its top bit": "82 ff 80 00 00 00 00 00 00 00 37 fa 21 3d",
        "a ping of 126 bytes": "89 fe 00 7e 37 fa 21 3d",
        "a ping in fragments": "09 80 37 fa 21 3d",
        "a reserved opcode": "83 80 37 fa 21 3d",
        "a reserved bit": "c1 80 37 fa 21 3d",
        "4 GiB": "82 ff 00 00 00 01 00 00 00 00 37 fa 21 3d",
    };
    // What is on no list: it is kept when something else is shown, and can be had again.
    const OWN = "your own bytes";
    const ARRIVED = "what your browser has sent";
    const STATES = ["connecting", "open", "closing", "closed"];
    const PAUSE_MS = 120;

    const numbers = counters({ sent: "frames sent by your browser", back: "frames back" });
    let run = null;

    // The inspector

    const hex = el("textarea", {
        rows: 2, class: "lab-hex", spellcheck: "false", autocapitalize: "off",
        autocomplete: "off", maxlength: 9000, input: () => byHand(),
    });
    const shelf = new Map(Object.entries(PRESETS));
    const presets = el("select", { change: () => load(presets.value) },
        ...[...shelf.keys()].map(name => el("option", { value: name }, name)));
    const bits = el("div", { class: "lab-bits", role: "group", "aria-label": "The bits of the first two bytes" });
    const named = el("div", { class: "lab-named", "aria-live": "polite" });
    let waiting = 0;

    const toHex = bytes => bytes.map(byte => byte.toString(16).padStart(2, "0")).join(" ");

    // The bytes of the text, or null while it is no hex.
    function typed() {
        const digits = hex.value.replace(/\s+/g, "");
        if (!/^([0-9a-f]{2})*$/i.test(digits)) {
            return null;
        }
        return (digits.match(/../g) ?? []).map(pair => Number.parseInt(pair, 16));
    }

    function load(name) {
        hex.value = shelf.get(name);
        edited();
    }

    // Puts bytes on the list, under a name that is chosen there from now on.
    function keep(name, text) {
        if (!shelf.has(name)) {
            presets.append(el("option", { value: name }, name));
        }
        shelf.set(name, text);
        presets.value = name;
    }

    function byHand() {
        keep(OWN, hex.value);
        edited();
    }

    // Each key would be a question to the server: it is asked when the hand rests.
    function edited() {
        const bytes = typed();
        drawBits(bytes ?? []);
        clearTimeout(waiting);
        waiting = setTimeout(() => ask(bytes), PAUSE_MS);
    }

    async function ask(bytes) {
        if (run === null) {
            return;
        }
        if (bytes === null) {
            lab.say("Two hex digits for each byte: one is missing, or it is another sign.");
            return;
        }
        try {
            show(bytes, JSON.parse(await run.session.act("inspect", { bytes })));
            lab.say("");
        } catch (error) {
            lab.say(error.message);
        }
    }

    const BITS = ["FIN", "RSV1", "RSV2", "RSV3", "opcode", "opcode", "opcode", "opcode",
        "MASK", ...Array(7).fill("Payload len")];

    function drawBits(bytes) {
        const two = bytes.slice(0, 2);
        bits.replaceChildren(...two.flatMap((byte, at) => [...Array(8).keys()].map(place => {
            const bit = byte >> (7 - place) & 1;
            const name = BITS[8 * at + place];
            return el("button", {
                type: "button", class: "lab-byte lab-bit", title: name,
                "aria-label": `${name}, bit ${8 * at + place}: ${bit}`,
                click: () => turn(at, place),
            }, String(bit));
        })));
    }

    function turn(at, place) {
        const bytes = typed();
        bytes[at] ^= 0x80 >> place;
        hex.value = toHex(bytes);
        byHand();
        bits.children[8 * at + place].focus();
    }

    // The bits of a field in their byte, or its bytes.
    function shown(frame, { begin, end }) {
        if ((end - begin) % 8 === 0) {
            const part = frame.slice(begin / 8, end / 8);
            return toHex(part.slice(0, 8)) + (part.length > 8 ? " …" : "");
        }
        const byte = frame[begin >> 3];
        const all = [...Array(8).keys()].map(place => {
            const at = (begin & ~7) + place;
            return at >= begin && at < end ? String(byte >> (7 - place) & 1) : ".";
        }).join("");
        return `${all.slice(0, 4)}\u00a0${all.slice(4)}`;
    }

    function show(bytes, frames) {
        let at = 0;
        named.replaceChildren(...frames.map(frame => {
            const own = bytes.slice(at, at + frame.length);
            at += frame.length;
            const rows = frame.fields.map(field => el("tr", {},
                el("td", {}, el("code", {}, shown(own, field))),
                el("th", { scope: "row" }, field.name), el("td", {}, field.value)));
            // A text, since it may be more than a number holds.
            const more = frame.missing === "1" ? "1 more byte belongs" : `${frame.missing} more bytes belong`;
            const lacking = frame.missing !== "0" ? [`At least ${more} to it.`] : [];
            const text = frame.payload ? [el("span", {}, "Payload: ", el("code", {}, frame.payload))] : [];
            return el("div", { class: "lab-frame" }, el("table", {}, el("tbody", {}, ...rows)),
                el("p", {}, ...text), el("p", {}, ...lacking),
                el("p", { class: "lab-server" }, `To a server: ${frame.server}`),
                el("p", { class: "lab-client" }, `To a client: ${frame.client}`));
        }));
    }

    const send = el("button", { type: "button", class: "lab-send", click: sendBytes },
        "Send them to the server");

    async function sendBytes() {
        const bytes = typed();
        if (bytes === null) {
            return;
        }
        send.disabled = true;
        try {
            await run.session.act("frame-bytes", { bytes });
        } catch (error) {
            lab.say(error.message);
        }
        send.disabled = run === null;
    }

    // The browser's own WebSocket

    const standing = el("output", { class: "lab-state" }, "not there yet");
    const text = el("input", { type: "text", value: "Hello", maxlength: 1000 });
    const button = el("button", { type: "submit", class: "lab-text" }, "Send text");
    const zeros = el("button", {
        type: "button", class: "lab-zeros", click: () => transmit(new Uint8Array(8)),
    }, "Send eight zeros");
    const close = el("button", {
        type: "button", class: "lab-close", click: () => run?.socket?.close(1000, "bye"),
    }, "Close");
    const open = el("button", {
        type: "button", class: "lab-open", click: () => connect(run),
    }, "A new one");
    const form = el("form", {
        class: "lab-bar", submit: event => {
            event.preventDefault();
            transmit(text.value);
        },
    }, el("label", { class: "lab-field" }, el("span", {}, "A text"), text), button);

    function connect(state) {
        state.socket?.close();
        const socket = new WebSocket(state.session.base.replace(/^http/, "ws"));
        state.socket = socket;
        const change = () => {
            if (state.socket === socket) {
                standing.textContent = STATES[socket.readyState];
            }
        };
        socket.onopen = change;
        socket.onerror = change;
        socket.onclose = change;
        socket.onmessage = async () => {
            state.back += 1;
            numbers.set("back", state.back);
            // It is back, so it had arrived: as which bytes?
            try {
                const bytes = JSON.parse(await state.session.act("arrived"));
                keep(ARRIVED, toHex(bytes));
                load(ARRIVED);
            } catch (error) {
                lab.say(error.message);
            }
        };
        change();
    }

    function transmit(data) {
        if (run?.socket?.readyState !== WebSocket.OPEN) {
            lab.say("Your browser's WebSocket is not open.");
            return;
        }
        run.socket.send(data);
        run.sent += 1;
        numbers.set("sent", run.sent);
    }

    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("h4", {}, "Your browser sends a frame"),
            el("div", { class: "lab-field" }, el("span", {}, "Its WebSocket is"), standing),
            form, el("div", { class: "lab-bar" }, zeros, close, open)),
        el("section", {},
            el("h4", {}, "Bytes, and what they mean"),
            el("label", { class: "lab-field" }, el("span", {}, "Begin with"), presets),
            el("label", { class: "lab-field lab-wide" },
                el("span", {}, "Bytes in hex; click a bit to turn it"), hex),
            bits, named, el("div", { class: "lab-bar" }, send)));
    hex.value = PRESETS["a client's Hello"];
    drawBits(typed());

    return {
        controls,
        results: numbers,
        whileRunning: [button, zeros, close, open, send],
        // Both the server and the inspector are the chapter's.
        ownServer: false,
        begin(session) {
            numbers.clear();
            run = { session, socket: null, sent: 0, back: 0 };
            connect(run);
            ask(typed());
        },
        update() {},
        end() {
            run?.socket?.close();
            run = null;
            standing.textContent = "not there";
        },
    };
});
