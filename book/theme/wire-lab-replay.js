// The lab without a server: the recording that the page holds, shown in its own time.
wireLab.Replay = (() => {
    "use strict";
    const { el, number } = wireLab;

    const SPEEDS = [["1", "as it was"], ["4", "four times as fast"],
        ["0.1", "ten times slower"]];

    return class Replay {
        mode = "replay";

        constructor(host, figure, { isOnly = true } = {}) {
            const list = figure.querySelector(".wire-entries");
            this.items = [...list.children];
            this.box = el("div", {
                class: "lab-scroll", tabindex: 0, role: "region", "aria-label": "Recording",
            });
            list.replaceWith(this.box);
            this.box.append(list);
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
            // The page does not jump while the figure grows.
            if (this.now < this.end && !this.box.style.height) {
                this.box.style.height = `${this.box.offsetHeight}px`;
            }
            this.items.forEach((item, index) => {
                item.classList.toggle("lab-future", this.times[index] > this.now);
            });
            if (this.now < this.end || this.box.style.height) {
                this.box.scrollTop = this.box.scrollHeight;
            }
            const now = Math.max(0, Math.min(this.now, this.end));
            const ms = time => number.format(Math.round(time / 1000));
            this.clock.textContent = `${ms(now)} of ${ms(this.end)}\u00a0ms`;
        }
    };
})();
