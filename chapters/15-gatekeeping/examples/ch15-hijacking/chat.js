// Ann's own page: it signs in, and shows what is said.

const find = id => document.getElementById(id);

async function open() {
    const answer = await fetch("/ticket", { method: "POST" });
    if (!answer.ok) return find("state").textContent = `refused: ${answer.status}`;
    const ticket = await answer.text();
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/chat`);
    socket.onopen = () => {
        if (ticket !== "") socket.send(ticket);
        find("state").textContent = "signed in";
    };
    socket.onmessage = ({ data }) => {
        const item = document.createElement("li");
        item.textContent = data;
        find("said").append(item);
    };
    socket.onclose = ({ code }) => find("state").textContent = `closed with ${code}`;
}

find("sign-in").addEventListener("click", async () => {
    find("said").replaceChildren();
    await fetch("/sign-in", { method: "POST" });
    await open();
});
