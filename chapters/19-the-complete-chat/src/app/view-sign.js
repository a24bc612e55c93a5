// Signing up and signing in.

import { find } from "./dom.js";

const TEXTS = {
    in: {
        title: "Sign in", lead: "Good to have you back.", send: "Sign in",
        otherLead: "New here?", other: "Create an account", autocomplete: "current-password",
    },
    up: {
        title: "Create an account", lead: "A name and a password are all it takes.",
        send: "Create the account", otherLead: "You have one?", other: "Sign in",
        autocomplete: "new-password",
    },
};

export class SignView {
    #api;
    #entered;
    #way = "in";

    // `entered(name)` is called when somebody has signed in.
    constructor(api, entered) {
        this.#api = api;
        this.#entered = entered;
        find("sign-form").onsubmit = event => { event.preventDefault(); this.#send(); };
        find("sign-other").onclick = () => this.#become(this.#way === "in" ? "up" : "in");
        find("sign-show").onclick = () => this.#showPassword();
    }

    show(way = "in", problem = "") {
        find("sign").hidden = false;
        this.#become(way);
        find("sign-problem").textContent = problem;
    }

    #become(way) {
        this.#way = way;
        const texts = TEXTS[way];
        find("sign-title").textContent = texts.title;
        find("sign-lead").textContent = texts.lead;
        find("sign-send").textContent = texts.send;
        find("sign-other-lead").textContent = texts.otherLead;
        find("sign-other").textContent = texts.other;
        find("sign-password").autocomplete = texts.autocomplete;
        find("sign-hint").hidden = way === "in";
        this.#complain("");
        find("sign-name").focus();
    }

    #showPassword() {
        const field = find("sign-password");
        const shows = field.type === "password";
        field.type = shows ? "text" : "password";
        find("sign-show").setAttribute("aria-pressed", shows);
        find("sign-show").textContent = shows ? "Hide" : "Show";
    }

    async #send() {
        const [name, password] = [find("sign-name").value, find("sign-password").value];
        if (name.trim() === "") return this.#complain("Say what you are called.", "name");
        if (password === "") return this.#complain("The password is missing.", "password");
        find("sign-send").disabled = true;
        this.#complain("");
        try {
            const ask = this.#way === "in" ? "signIn" : "signUp";
            const answer = await this.#api[ask](name, password);
            find("sign-form").reset();
            find("sign-password").type = "text";
            this.#showPassword();
            this.#entered(answer.name);
        } catch (error) {
            this.#complain(explained(error), error.field ?? "name");
        } finally {
            find("sign-send").disabled = false;
        }
    }

    // Says what is wrong, and goes to the field.
    #complain(text, field) {
        find("sign-problem").textContent = text;
        for (const part of ["name", "password"]) {
            find(`sign-${part}`).setAttribute("aria-invalid", part === field && text !== "");
        }
        if (text !== "") find(field === "password" ? "sign-password" : "sign-name").focus();
    }
}

// What is wrong, for people.
export function explained({ code, message, retryAfter }) {
    switch (code) {
    case "wrong_credentials": return "The name and the password do not belong together.";
    case "name_taken": return "Somebody has this name, or one that looks like it.";
    case "too_many_tries":
        return `Too many tries. Wait ${retryAfter || 60} seconds, and try again.`;
    case "room_taken": return "There is a room of this name already. Take another one.";
    case "no_such_person": return "Nobody here has this name.";
    case "no_such_room": return "There is no such room.";
    default: {
        const text = message.charAt(0).toUpperCase() + message.slice(1);
        return /[.!?]$/.test(text) ? text : `${text}.`;
    }
    }
}
