// Dialogs: each is a form, which does something, and says what went wrong.

import { button, find, icon, make, words } from "./dom.js";
import { explained } from "./view-sign.js";

// Makes a dialog of what is in the page. `act` is what its form does; a failure is shown in
// it, and otherwise it closes.
function dialog(id, act) {
    const element = find(id);
    const form = element.querySelector("form");
    const problem = form.querySelector(".problem");
    const send = form.querySelector("button:not([type])");
    form.onsubmit = async event => {
        event.preventDefault();
        if (problem !== null) problem.textContent = "";
        if (send !== null) send.disabled = true;
        try {
            await act();
            element.close();
        } catch (error) {
            problem.textContent = explained(error);
        } finally {
            if (send !== null) send.disabled = false;
        }
    };
    for (const closes of element.querySelectorAll("[data-close]")) {
        closes.onclick = () => element.close();
    }
    // A click beside it.
    element.onclick = ({ target }) => {
        if (target === element && id !== "again-dialog") element.close();
    };
    return {
        element,
        open() {
            form.reset();
            if (problem !== null) problem.textContent = "";
            if (!element.open) element.showModal();
        },
        fail(error) {
            problem.textContent = explained(error);
        },
    };
}

const failure = message => Object.assign(new Error(message), { code: "here" });

export class Dialogs {
    #api;
    #acts;
    #named; // What the dialog for a name does with it.
    #confirmed;
    #create = dialog("create-dialog", () => this.#createRoom());
    #name = dialog("name-dialog", () => this.#takeName());
    #browse = dialog("browse-dialog", () => {});
    #confirm = dialog("confirm-dialog", () => this.#confirmed());
    #account = dialog("account-dialog", () => this.#changePassword());
    #help = dialog("help-dialog", () => {});

    // `acts` are functions: `add(info)` for a room one has got into, `signOut()`,
    // `say(text)` for a notice.
    constructor(api, acts) {
        this.#api = api;
        this.#acts = acts;
        find("sign-out").onclick = () => {
            this.#account.element.close();
            acts.signOut();
        };
    }

    get isOpen() {
        return document.querySelector("dialog[open]") !== null;
    }

    closeAll() {
        for (const open of document.querySelectorAll("dialog[open]")) open.close();
    }

    create() { this.#create.open(); }

    help() { this.#help.open(); }

    account(name) {
        this.#account.open();
        find("account-who").textContent = find("account-user").value = name;
    }

    invite(room) {
        this.#ask(`Invite somebody into “${room.title}”`, "Invite", async name => {
            await this.#api.invite(room.name, name);
            this.#acts.say(`${name} has been invited.`);
        });
    }

    direct() {
        this.#ask("Write to a person", "Write", name => this.write(name));
    }

    // Opens the conversation with a person.
    async write(name) {
        this.#acts.add(await this.#api.direct(name));
    }

    // Asks once more before something that cannot be taken back. `act` may fail.
    confirm(title, text, yes, act) {
        this.#confirm.open();
        find("confirm-title").textContent = title;
        find("confirm-text").textContent = text;
        find("confirm-yes").textContent = yes;
        this.#confirmed = act;
    }

    async browse() {
        this.#browse.open();
        const list = find("browse-list");
        list.replaceChildren(make("li", { className: "quiet", textContent: "Loading …" }));
        try {
            const { rooms } = await this.#api.rooms();
            const open = rooms.filter(({ kind }) => kind === "public");
            const none = make("li", {
                className: "quiet", textContent: "There is none yet. Create the first one.",
            });
            list.replaceChildren(...open.map(info => this.#publicRoom(info)));
            if (open.length === 0) list.append(none);
        } catch (error) {
            list.replaceChildren();
            this.#browse.fail(error);
        }
    }

    #publicRoom(info) {
        const act = async () => {
            try {
                this.#acts.add(info.member ? info : await this.#api.enter(info.room));
                this.#browse.element.close();
            } catch (error) {
                this.#browse.fail(error);
            }
        };
        const go = button(info.member ? "Open" : "Enter", act,
            info.member ? "small" : "small primary");
        go.setAttribute("aria-label", `${go.textContent} ${info.room}`);
        return make("li", {}, icon("public"), words(info.room), go);
    }

    #ask(title, send, act) {
        this.#name.open();
        find("name-title").textContent = title;
        this.#name.element.querySelector(".primary").textContent = send;
        this.#named = act;
    }

    async #takeName() {
        const name = find("name-name").value;
        if (name.trim() === "") throw failure("Say who it is.");
        await this.#named(name);
    }

    async #createRoom() {
        const name = find("create-name").value.trim();
        if (!/^[a-z0-9_-]{1,64}$/.test(name)) {
            throw failure("A name has lower-case letters, digits, “-” and “_”.");
        }
        const kind = document.querySelector("#create-dialog [name=kind]:checked").value;
        this.#acts.add(await this.#api.create(name, kind));
    }

    async #changePassword() {
        const [old, replacement] = [find("password-old").value, find("password-new").value];
        if (old === "" || replacement === "") throw failure("Fill in both fields.");
        await this.#api.changePassword(old, replacement);
        this.#acts.say("The password has been changed.");
    }
}
