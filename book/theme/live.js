// Live reload, in served pages only. The server tells of every build over a WebSocket; a
// page from another build reloads, and what is wrong with the sources lies over the page.
(() => {
    "use strict";
    // The labs of a served page are live.
    document.documentElement.dataset.served = "";
    let build = null;
    let patience = 250;

    function overlay(problem) {
        let box = document.getElementById("wire-problem");
        if (problem === null) {
            box?.remove();
            return;
        }
        if (box === null) {
            box = document.createElement("aside");
            box.id = "wire-problem";
            box.setAttribute("role", "alert");
            document.body.append(box);
        }
        box.replaceChildren();
        const heading = document.createElement("strong");
        heading.textContent = "The sources have changed, and the book cannot be built. "
            + "This page is from the last good build.";
        const text = document.createElement("pre");
        text.textContent = problem;
        box.append(heading, text);
    }

    function connect() {
        const socket = new WebSocket(`ws://${location.host}/-/live`);
        socket.onmessage = event => {
            patience = 250;
            const news = JSON.parse(event.data);
            if (news.problem === null && build !== null && build !== news.build) {
                location.reload();
                return;
            }
            build = news.build;
            overlay(news.problem);
        };
        // The server is gone: look for it again, less and less often.
        socket.onclose = () => {
            setTimeout(connect, patience);
            patience = Math.min(patience * 2, 5000);
        };
    }

    connect();
})();
