// What stands in the list of messages: each row with all that its looks depend on.

const WHY = {
    deleted: "the message has been deleted",
    not_yours: "it is not yours",
    not_in_room: "you are not in this room",
};

// `from` is the number at which what is new begins, if there is something new.
export function rowsOf(room, me, waiting, from) {
    const changes = new Map(); // What is to be changed, by the message's number.
    const said = [];
    for (const entry of waiting) {
        if (entry.message.type === "say") said.push(entry);
        else changes.set(entry.message.seq, entry);
    }
    const rows = [];
    if (room.gap !== undefined) rows.push(gapRow(room.gap));
    let last;
    for (const message of room.messages) {
        if (message.seq === from) {
            rows.push({ key: "new", kind: "new" });
            last = undefined;
        }
        rows.push(messageRow(message, me, message.name !== last, changes.get(message.seq)));
        last = message.name;
    }
    for (const entry of said) {
        // It has been told already, and is about to leave the outbox.
        if (entry.seq <= room.seen) continue;
        rows.push(pendingRow(entry, me, last !== me));
        last = me;
    }
    return rows;
}

function gapRow({ first, last, wasPutBack }) {
    const text = wasPutBack
        ? `The server has lost what it said from number ${first} on.`
        : `Much has been said meanwhile: ${last - first + 1} entries are left out here. ` +
          "They are among the older messages.";
    return { key: `gap ${first}`, kind: "gap", text };
}

function messageRow({ seq, name, text, id, changed }, me, isFirst, change) {
    const isOwn = name === me;
    const { message, problem } = change ?? {};
    const isDeleted = text === undefined;
    const row = {
        key: isOwn && id !== undefined ? `own ${id}` : `seq ${seq}`, kind: "message",
        seq, name, isOwn, isFirst, isDeleted,
        text: message?.text ?? text,
        isEdited: !isDeleted && changed !== undefined,
        state: "kept", why: undefined, change: message?.id,
    };
    if (message === undefined || isDeleted) return { ...row, change: undefined };
    if (problem !== undefined) return { ...row, state: "failed", why: why(problem) };
    return { ...row, state: message.type === "edit" ? "changing" : "deleting" };
}

function pendingRow({ message, seq, problem }, me, isFirst) {
    const state = problem ? "failed" : seq === undefined ? "sending" : "kept";
    return {
        key: `own ${message.id}`, kind: "message", seq: undefined, name: me, isOwn: true,
        isFirst, isDeleted: false, text: message.text, isEdited: false, state,
        why: problem && why(problem), change: message.id,
    };
}

const why = ({ code, text }) => WHY[code] ?? text;
