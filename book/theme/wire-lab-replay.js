// The lab without a server: the recording that the page holds, shown in its own time.
wireLab.Replay = (() => {
    "use strict";
    const { el } = wireLab;

    const SPEEDS = [["1", "as it was"], ["4", "four times as fast"],
        ["0.1", "ten times slower"]];

    return class Replay {
        mode = "replay";

        constructor(host, figure, { isOnly = true } = {}) {
            this.figure = figure;
            this.items = [...figure.querySelectorAll(".wire-entries > li")];
            this.times = this.starts();
            this.end = Math.max(0, ...this.times);
            this.speed = 1;
            this.now = this.end;
            this.play = el("button", { type: "button", click: () => this.toggle() }, "Play");
            this.step = el("button", { type: "button", click: () => this.next() }, "Step");
            this.clock = el("output", { class: "lab-clock" });
            this.speeds = el("select", {
                change: () => { this.speed = Number(this.speeds.value); },
            }, ...SPEEDS.map(([value, text]) => el("option", { value }, text)));
            const bar = el("div", { class: "lab-bar" }, this.play, this.step,
                el("label", { class: "lab-field" }, el("span", {}, "Speed"), this.speeds),
                this.clock);
            host.prepend(...(isOnly ? [this.notice()] : []), bar);
            this.show();
        }

        notice() {
            return el("p", { class: "lab-notice" },
                el("strong", {}, "This is a recording. "),
                "Run the book on your machine with ", el("kbd", {}, "cargo run"),
                " and the lab is live: your browser, the chapter's server, your bytes.");
        }

        // When each item is to be seen; a mark without a time comes with what follows it.
        starts() {
            const times = [];
            let next = 0;
            for (const item of this.items.toReversed()) {
                next = item.dataset.sentUs === undefined ? next : Number(item.dataset.sentUs);
                times.unshift(next);
            }
            return times;
        }

        toggle() {
            if (this.timer) {
                this.pause();
                return;
            }
            if (this.now >= this.end) {
                this.now = -1;
            }
            this.play.textContent = "Pause";
            let before = performance.now();
            const tick = now => {
                this.now += (now - before) * 1000 * this.speed;
                before = now;
                this.show();
                this.timer = this.now < this.end ? requestAnimationFrame(tick) : null;
                if (this.timer === null) {
                    this.pause();
                }
            };
            this.timer = requestAnimationFrame(tick);
        }

        pause() {
            cancelAnimationFrame(this.timer);
            this.timer = null;
            this.play.textContent = "Play";
        }

        // One item more; from the end, back to the beginning.
        next() {
            this.pause();
            const now = this.now >= this.end ? -1 : this.now;
            this.now = this.times.find(time => time > now) ?? this.end;
            this.show();
        }

        show() {
            this.items.forEach((item, index) => {
                item.classList.toggle("lab-future", this.times[index] > this.now);
            });
            const now = Math.max(0, Math.min(this.now, this.end)) / 1000;
            this.clock.textContent =
                `${now.toFixed(0)} of ${(this.end / 1000).toFixed(0)}\u00a0ms`;
        }
    };
})();
