// <wire-lab chapter="02">: a chapter's live lab. Served by the book program it drives the
// chapter's own server from this very browser; anywhere else it replays the recording that
// it holds. What is particular to a chapter is in its own script, which calls
// wireLab.panel() with the number of the chapter.
const wireLab = (() => {
    "use strict";

    const panels = new Map();
    const MOST_ENTRIES = 200;
    const PAUSE_US = 200_000;

    // Makes an element: el("p", { class: "a" }, "text", child). A property that is a
    // function becomes a listener, true and false set or leave an attribute.
    function el(name, properties = {}, ...children) {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(properties)) {
            if (typeof value === "function") {
                element.addEventListener(key, value);
            } else if (value === true) {
                element.setAttribute(key, "");
            } else if (value !== false) {
                element.setAttribute(key, value);
            }
        }
        element.append(...children);
        return element;
    }

    // A choice of a few: a fieldset of radio buttons.
    let groups = 0;
    function choice(legend, options, changed) {
        const name = `wire-choice-${++groups}`;
        const inputs = options.map(([value], index) => el("input", {
            type: "radio", name, value, checked: index === 0, change: () => changed(value),
        }));
        const labels = options.map(([, text], index) =>
            el("label", {}, inputs[index], el("span", {}, text)));
        const fieldset = el("fieldset", { class: "lab-choice" }, el("legend", {}, legend),
            el("div", {}, ...labels));
        fieldset.choose = value => {
            inputs.find(input => input.value === value).checked = true;
            changed(value);
        };
        return fieldset;
    }

    const number = new Intl.NumberFormat("en");
    const seconds = us => `${(Number(us) / 1e6).toFixed(4)}\u00a0s`;
    const count = (n, unit) => `${number.format(n)} ${unit}${n === 1 ? "" : "s"}`;

    // A list of names and numbers that changes as the lab runs.
    function counters(names) {
        const values = new Map();
        const list = el("dl", { class: "lab-counters" });
        for (const [key, text] of Object.entries(names)) {
            const value = el("dd", { "data-counter": key }, "–");
            values.set(key, value);
            list.append(el("div", {}, el("dt", {}, text), value));
        }
        list.set = (key, value) => {
            const text = typeof value === "number" ? number.format(value) : value;
            values.get(key).textContent = text ?? "–";
        };
        list.clear = () => values.forEach(value => { value.textContent = "–"; });
        return list;
    }

    // The transcript as it happens, drawn like every figure of the book.
    class Transcript {
        constructor() {
            this.list = el("ol", { class: "wire-entries", role: "list" });
            this.empty = el("p", { class: "lab-empty" },
                "Nothing has passed yet. Press Start, then watch the bytes.");
            this.box = el("div", {
                class: "lab-scroll", tabindex: 0, role: "region",
                "aria-label": "Transcript, as it happens",
            }, this.empty, this.list);
            this.farEnd = el("span", {}, "server");
            this.element = el("figure", { class: "wire wire-live" },
                el("figcaption", {}, "What passes now"),
                el("div", { class: "wire-ends", "aria-hidden": "true" },
                    el("span", {}, "client"), this.farEnd),
                this.box);
        }

        clear() {
            this.list.replaceChildren();
            this.empty.hidden = false;
            this.seen = null;
        }

        // Adds entries; follows them unless the reader has scrolled up to read.
        add(html) {
            const { box, list } = this;
            const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
            const parsed = document.createElement("template");
            // The fragments come from this book's own program, which escapes all bytes.
            parsed.innerHTML = html;
            [...parsed.content.children].forEach(item => this.insert(item));
            this.empty.hidden = list.children.length > 0;
            while (list.children.length > MOST_ENTRIES) {
                list.firstElementChild.remove();
            }
            if (follows) {
                box.scrollTop = box.scrollHeight;
            }
        }

        // Entries come when they are complete, but stand where they were begun: a body
        // that takes its time ends after what was sent meanwhile.
        insert(item) {
            const sent = Number(item.dataset.sentUs);
            this.shorten(item);
            let before = this.list.lastElementChild;
            while (before !== null && !(Number(before.dataset.sentUs) <= sent)) {
                before = before.previousElementSibling;
            }
            const isLast = before === this.list.lastElementChild;
            const passed = sent - (this.seen ?? sent);
            if (isLast && passed >= PAUSE_US) {
                const text = `${number.format(Math.round(passed / 1000))}\u00a0ms pass`;
                // It stands right before what ended it: an entry that was begun earlier
                // and is told later comes before it.
                const properties = { class: "wire-pause", "data-sent-us": sent - 1 };
                this.list.append(el("li", properties, el("span", {}, text)));
                before = this.list.lastElementChild;
            }
            if (before === null) {
                this.list.prepend(item);
            } else {
                before.after(item);
            }
            this.seen = Math.max(this.seen ?? 0, Number(item.dataset.arrivedUs ?? sent));
        }

        // Microseconds since the start take too much room: tenths of a millisecond do.
        shorten(item) {
            const { sentUs, arrivedUs } = item.dataset;
            for (const [place, time] of [["sent", sentUs], ["arrived", arrivedUs]]) {
                const text = item.querySelector(`.wire-${place}`)?.lastChild;
                if (text) {
                    text.data = seconds(time);
                }
            }
            // A remark begins with its time.
            const remark = item.matches(".wire-note[data-sent-us]")
                ? item.querySelector("span").firstChild : null;
            if (remark) {
                remark.data = remark.data.replace(/^[^:]*/, seconds(sentUs));
            }
        }
    }

    // One running lab of the book program.
    class Session {
        constructor({ id, base, seconds }) {
            this.base = base;
            this.path = `/-/lab/${id}/`;
            this.ends = performance.now() + seconds * 1000;
            this.cursor = 0;
        }

        static async start(chapter, target) {
            const response = await fetch(`/-/labs/${chapter}/start`, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ target }),
            });
            if (!response.ok) {
                throw new Error(await response.text());
            }
            return new Session(await response.json());
        }

        // A request of this browser to the chapter's server: what the lab is about.
        fetch(path, options = {}) {
            return fetch(this.base + path, { credentials: "omit", ...options });
        }

        // Asks the book program to do something: not part of what the lab shows.
        async act(name, body = "") {
            const json = typeof body !== "string";
            const response = await fetch(this.path + name, {
                method: "POST",
                headers: { "Content-Type": json ? "application/json" : "text/plain" },
                body: json ? JSON.stringify(body) : body,
            });
            const text = await response.text();
            if (!response.ok) {
                throw new Error(text);
            }
            return text;
        }

        follow(updated, stopped) {
            this.source?.close();
            const source = new EventSource(`${this.path}events?since=${this.cursor}`);
            source.addEventListener("update", event => {
                this.cursor = Number(event.lastEventId);
                updated(JSON.parse(event.data));
            });
            source.addEventListener("stopped", event => {
                source.close();
                stopped(event.data);
            });
            source.onerror = () => {
                if (source.readyState === EventSource.CLOSED) {
                    stopped("The lab has ended meanwhile. Start it again.");
                }
            };
            this.source = source;
        }

        unfollow() {
            this.source?.close();
        }

        // For a page that goes away: nobody waits for an answer.
        abandon() {
            this.unfollow();
            navigator.sendBeacon(`${this.path}stop`);
        }
    }

    class WireLab extends HTMLElement {
        connectedCallback() {
            if (this.lab) {
                return;
            }
            const recording = this.querySelector("figure.wire");
            const panel = panels.get(this.getAttribute("chapter"));
            const isServed = document.documentElement.dataset.served !== undefined;
            this.lab = isServed && panel !== undefined
                ? new wireLab.Live(this, recording, panel)
                : new wireLab.Replay(this, recording);
            this.dataset.mode = this.lab.mode;
        }
    }

    // Not before the scripts of the chapters, and the mark that a served page gets.
    document.addEventListener("DOMContentLoaded", () => {
        customElements.define("wire-lab", WireLab);
    }, { once: true });

    return {
        choice, count, counters, el, number, Session, Transcript,
        // Tells what is particular to a chapter: a function of the live lab that gives
        // { controls, results, begin(session), update(tally, shown), end() }.
        panel: (chapter, make) => panels.set(chapter, make),
    };
})();
