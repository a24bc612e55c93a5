// The lab with the book program behind the page.
wireLab.Live = (() => {
    "use strict";
    const { choice, el, Session, Transcript } = wireLab;

    return class Live {
        mode = "live";
        target = "chapter";
        session = null;

        constructor(host, recording, makePanel) {
            this.chapter = host.getAttribute("chapter");
            this.transcript = new Transcript();
            this.panel = makePanel(this);
            this.button = el("button", {
                type: "button", class: "lab-start",
                click: () => this.session ? this.session.act("stop") : this.start(),
            }, "Start");
            this.time = el("span", { class: "lab-time" });
            this.message = el("p", { class: "lab-message", role: "status" });
            this.servers = choice("Ask", [["chapter", "the chapter's server"],
                ["mine", "my server"]], target => this.retarget(target));
            this.servers.hidden = this.panel.ownServer === false;
            this.transcript.farEnd.textContent = this.panel.farEnd ?? "server";
            host.prepend(
                el("div", { class: "lab-bar" }, this.button, this.servers, this.time),
                this.message, this.panel.controls, this.panel.results,
                this.transcript.element);
            host.append(this.asDetails(recording));
            this.watchThePage();
            this.changed(null);
        }

        asDetails(recording) {
            const box = el("div");
            const details = el("details", { class: "lab-recording" },
                el("summary", {}, "A recorded run"), box);
            addEventListener("beforeprint", () => { details.open = true; });
            box.append(recording);
            new wireLab.Replay(box, recording, { isOnly: false });
            return details;
        }

        say(text) {
            this.message.textContent = text;
        }

        async retarget(target) {
            this.target = target;
            this.say("");
            if (target === "mine") {
                await this.findMine();
            }
        }

        // Looks for the reader's server and says how to start it; true when it runs.
        async findMine() {
            const response = await fetch(`/-/labs/${this.chapter}/mine`);
            const { running, address, command } = await response.json();
            this.message.replaceChildren(...(running
                ? [`Your server answers on ${address}.`]
                : [`Nothing listens on ${address}. Start your server in a second terminal: `,
                    el("kbd", {}, command)]));
            return running;
        }

        async start() {
            this.button.disabled = true;
            try {
                if (this.target === "mine" && !await this.findMine()) {
                    return;
                }
                this.transcript.clear();
                this.changed(await Session.start(this.chapter, this.target));
                this.follow();
                this.say(this.target === "mine" ? "Your browser asks your own server." : "");
                this.panel.begin(this.session);
            } catch (error) {
                this.say(`${error.message}`);
            } finally {
                this.button.disabled = false;
            }
        }

        follow() {
            const session = this.session;
            session.follow(update => {
                if (session === this.session) {
                    this.transcript.add(update.html);
                    this.panel.update(update.tally, update.shown);
                }
            }, why => {
                if (session === this.session) {
                    this.ended(why);
                }
            });
        }

        ended(why) {
            this.changed(null);
            this.panel.end();
            this.say(why);
        }

        changed(session) {
            this.session = session;
            this.servers.disabled = session !== null;
            this.button.textContent = session ? "Stop" : "Start";
            for (const control of this.panel.whileRunning) {
                control.disabled = session === null;
            }
            clearInterval(this.clock);
            this.tick();
            if (session) {
                this.clock = setInterval(() => this.tick(), 1000);
            }
        }

        tick() {
            const left = (this.session?.ends ?? 0) - performance.now();
            const seconds = Math.max(0, Math.round(left / 1000));
            const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
            this.time.textContent = this.session ? `stops by itself in ${time}` : "";
        }

        // A page that cannot be seen does not poll, and holds no connection open.
        watchThePage() {
            document.addEventListener("visibilitychange", () => {
                if (this.session && document.hidden) {
                    this.session.unfollow();
                } else if (this.session) {
                    this.follow();
                }
            });
            addEventListener("pagehide", () => {
                if (this.session) {
                    this.session.abandon();
                    this.ended("Stopped: this page was left.");
                }
            });
        }
    };
})();
