// What is asked over HTTP. The session is in a cookie that no script can read.

// An answer that is an error: `code` for programs, and a message for people.
export class Refused extends Error {
    constructor({ code, field, text }) {
        super(field ? `${field}: ${text}` : text);
        this.code = code;
    }
}

async function answered(request) {
    const answer = await request;
    if (answer.status === 204) return undefined;
    const body = await answer.json();
    if (!answer.ok) throw new Refused(body.error);
    return body;
}

export const get = path => answered(fetch(`/api/${path}`));

// JSON is a type that no page of another origin may send without being asked for it.
export const post = (path, body = {}) => answered(fetch(`/api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
}));
