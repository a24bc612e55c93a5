// The lab of chapter 8: a text that the reader cuts, interrupts and spoils, and what becomes
// of each of its bytes.
wireLab.panel("08", lab => {
    "use strict";
    const { choice, count, counters, el } = wireLab;

    // What a ping carries.
    const THERE = [...new TextEncoder().encode("there?")];
    const FIN = 0x80, TEXT = 0x1, CONTINUATION = 0x0, PING = 0x9;
    // What a click on a byte does: the sets hold the places.
    const PRESETS = {
        "a crab in two pieces": { text: "crab: 🦀", cut: [8], ping: [8] },
        "one frame": { text: "crab: 🦀" },
        "a fragment for each byte": { text: "🦀 é", cut: [1, 2, 3, 4, 5, 6] },
        "a byte that cannot be": { text: "crab: 🦀 and a long rest", spoil: [7] },
        // The ό of Kuhn's test has three bytes: U+1F79, and not U+03CC.
        "a surrogate (Autobahn 6.3.1)": { text: "κ\u{1f79}σμε\u{fffd}edited", raw: [[11, 0xed], [12, 0xa0], [13, 0x80]] },
        "above U+10FFFF (Autobahn 6.4.4)": { text: "κ\u{1f79}σμε🦀edited", raw: [[11, 0xf4], [12, 0x90], [13, 0x80], [14, 0x80]] },
        "a text that ends too early": { text: "caf\u{e9}", drop: 1 },
        "longer than 100 bytes": { text: "it is not the last byte that says so: ".repeat(3), cut: [60] },
    };

    const numbers = counters({
        frames: "frames", headers: "bytes of headers", looked: "bytes looked at",
        left: "never looked at",
    });
    const state = { bytes: [], cut: new Set(), ping: new Set(), spoil: new Set() };
    let session = null;
    let tool = "cut";

    const text = el("input", { type: "text", maxlength: 120, input: () => load({ text: text.value }) });
    const presets = el("select", { change: () => load(PRESETS[presets.value]) },
        ...Object.keys(PRESETS).map(name => el("option", { value: name }, name)));
    const tools = choice("A click on a byte", [["cut", "cuts before it"],
        ["ping", "puts a ping before it"], ["spoil", "spoils it"]], value => { tool = value; });
    const bytes = el("div", { class: "lab-bytes", role: "group", "aria-label": "The bytes of the text" });
    const plan = el("p", { class: "lab-plan" });
    const send = el("button", { type: "button", class: "lab-send", click: sendFrames }, "Send");
    const verdict = el("ol", { class: "lab-verdict", role: "list", "aria-live": "polite" });

    function load(preset) {
        text.value = preset.text;
        state.bytes = [...new TextEncoder().encode(preset.text)];
        for (const [at, byte] of preset.raw ?? []) {
            state.bytes[at] = byte;
        }
        state.bytes.length -= preset.drop ?? 0;
        for (const name of ["cut", "ping", "spoil"]) {
            state[name] = new Set(preset[name] ?? []);
        }
        draw();
    }

    const hex = byte => byte.toString(16).padStart(2, "0");
    const sent = at => state.spoil.has(at) ? 0xff : state.bytes[at];

    // The frames: a new one at each cut, and a ping of its own where there is one.
    function frames() {
        const list = [];
        const places = [...new Set([...state.cut, ...state.ping])]
            .filter(at => at > 0 && at < state.bytes.length).sort((a, b) => a - b);
        let begin = 0;
        for (const end of [...places, state.bytes.length]) {
            const payload = [];
            for (let at = begin; at < end; at++) {
                payload.push(sent(at));
            }
            const opcode = begin === 0 ? TEXT : CONTINUATION;
            list.push({ first: (end === state.bytes.length ? FIN : 0) | opcode, payload });
            if (state.ping.has(end) && end < state.bytes.length) {
                list.push({ first: FIN | PING, payload: THERE });
            }
            begin = end;
        }
        return list;
    }

    // The name of a byte, for those who hear the page: what it is and what was done to it.
    function label(at) {
        const done = [["cut", "a cut before it"], ["ping", "a ping before it"], ["spoil", "spoiled"]]
            .filter(([name]) => state[name].has(at)).map(([, words]) => words);
        return [`byte ${at}, ${hex(sent(at))}`, ...done].join(", ");
    }

    function draw() {
        bytes.replaceChildren(...state.bytes.map((_, at) => {
            const marks = ["cut", "ping", "spoil"].filter(name => state[name].has(at));
            return el("button", {
                type: "button", class: ["lab-byte", ...marks.map(mark => `lab-${mark}`)].join(" "),
                "aria-label": label(at), click: () => click(at),
            }, hex(sent(at)));
        }));
        const list = frames();
        const words = { [TEXT]: "text", [CONTINUATION]: "more", [PING]: "ping" };
        plan.textContent = `${count(list.length, "frame")}: ${list.map(({ first, payload }) =>
            `${words[first & 0xf]}${first & FIN ? "" : "+"} (${payload.length})`).join(", ")}`;
        verdict.replaceChildren();
    }

    function click(at) {
        if (at === 0 && tool !== "spoil") {
            return;
        }
        if (!state[tool].delete(at)) {
            state[tool].add(at);
        }
        draw();
        bytes.children[at].focus();
    }

    // Each frame a line of bytes, and what was said to it.
    function show(seen) {
        verdict.replaceChildren();
        let row = null;
        for (const { byte, becomes, says } of seen) {
            row ??= el("div", { class: "lab-bytes" });
            row.append(el("span", { class: `lab-byte lab-is-${becomes}` }, byte));
            if (says) {
                verdict.append(el("li", {}, row, el("span", { class: "lab-says" }, says)));
                row = null;
            }
        }
    }

    async function sendFrames() {
        send.disabled = true;
        try {
            const list = frames();
            const seen = JSON.parse(await session.act("frames", { frames: list }));
            const all = list.reduce((sum, { payload }) => sum + 2 + payload.length, 0);
            show(seen);
            numbers.set("frames", list.length);
            numbers.set("headers", 2 * list.length);
            numbers.set("looked", seen.length);
            numbers.set("left", all - seen.length);
            lab.say("");
        } catch (error) {
            lab.say(error.message);
        }
        send.disabled = session === null;
    }

    const legend = el("p", { class: "lab-legend" },
        ...[["header", "header"], ["text", "text"], ["waits", "waits for its character"],
            ["control", "control frame"], ["refused", "refused"]].map(([name, words]) =>
            el("span", {}, el("span", { class: `lab-byte lab-is-${name}`, "aria-hidden": true }), words)));
    const controls = el("div", { class: "lab-parts" },
        el("section", {},
            el("label", { class: "lab-field" }, el("span", {}, "Begin with"), presets),
            el("label", { class: "lab-field" }, el("span", {}, "Text"), text),
            tools, bytes, plan, el("div", { class: "lab-bar" }, send)),
        el("section", {}, el("h4", {}, "What the client says to each byte"), verdict, legend));
    load(PRESETS["a crab in two pieces"]);

    return {
        controls,
        results: numbers,
        whileRunning: [send],
        // Both ends are the chapter's.
        ownServer: false,
        begin(started) {
            session = started;
            numbers.clear();
            verdict.replaceChildren();
        },
        update() {},
        end() {
            session = null;
        },
    };
});
