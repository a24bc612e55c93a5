// Where it begins: is somebody signed in?

import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { find } from "./dom.js";
import { SignView } from "./view-sign.js";

// Whether somebody is signed in here, as far as is known: `yes`, `no`, or nothing. The cookie
// cannot be seen by scripts, and where nobody ever was, the server need not be asked.
const MARK = "chat:signed-in";
const TRY_AGAIN_AFTER = 5_000;

const api = new Api();
const sign = new SignView(api, entered);
let desk;

function mark(value) {
    try {
        localStorage.setItem(MARK, value);
    } catch { /* Without storage the server is asked each time. */ }
}

function marked() {
    try {
        return localStorage.getItem(MARK);
    } catch {
        return "yes";
    }
}

function entered(name) {
    mark("yes");
    desk = new Desk(api, name, left);
    find("sign").hidden = true;
    find("chat").hidden = false;
    desk.start();
}

// Who comes next finds nothing of who was here.
function left() {
    mark("no");
    desk = undefined;
    location.reload();
}

async function begin() {
    if (marked() !== "yes") return sign.show(marked() === null ? "up" : "in");
    try {
        const { name } = await api.me();
        entered(name);
    } catch (error) {
        if (error.isSignedOut) return sign.show("in", "Your session has ended: sign in again.");
        sign.show("in", `${error.message} Trying again …`);
        setTimeout(begin, TRY_AGAIN_AFTER);
    }
}

addEventListener("online", () => desk?.chat.connection.now());
addEventListener("offline", () => desk?.chat.connection.doubt());
// A page that is left may be kept by the browser, with its connection, until one comes back.
addEventListener("pagehide", () => desk?.chat.connection.stop());
addEventListener("pageshow", ({ persisted }) => persisted && desk?.chat.connection.start());
addEventListener("keydown", event => desk?.key(event));
addEventListener("beforeunload", event => {
    if (desk?.chat.outbox.size > 0) event.preventDefault();
});
begin();
