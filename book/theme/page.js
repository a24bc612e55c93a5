// What the pages need beyond mdBook: two themes by their names, and figures that open for
// printing. A page without scripts is complete without this.
(() => {
    "use strict";

    // mdBook offers five themes; this book has two, whatever their names inside.
    for (const name of ["rust", "navy", "ayu"]) {
        document.getElementById(`mdbook-theme-${name}`)?.parentElement.remove();
    }
    const dark = document.getElementById("mdbook-theme-coal");
    if (dark !== null) {
        dark.textContent = "Dark";
    }

    // A browser may break a line after any hyphen, which makes `held -` and `-connections` of
    // `held --connections`: code is broken at its blanks. What fits into no narrow line may
    // be broken anywhere.
    const LONGEST_WORD = 30;
    const isBreakable = word => /[-/]./.test(word) && word.length <= LONGEST_WORD;
    const keepWordsWhole = text => {
        const words = text.data.split(/(\s+)/);
        if (words.some(isBreakable)) {
            text.replaceWith(...words.map(word => {
                const span = document.createElement("span");
                span.className = "code-word";
                span.textContent = word;
                return isBreakable(word) ? span : word;
            }));
        }
    };
    const commands = ".content :is(:not(pre) > code, pre > code.language-sh)";
    for (const code of document.querySelectorAll(commands)) {
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) {
            texts.push(walker.currentNode);
        }
        texts.forEach(keepWordsWhole);
    }

    // One button for all messages of a figure.
    for (const figure of document.querySelectorAll("figure.wire")) {
        const messages = [...figure.querySelectorAll("details")];
        if (messages.length < 2) {
            continue;
        }
        const button = document.createElement("button");
        button.type = "button";
        button.className = "wire-all";
        const name = () => {
            const closed = messages.some(details => !details.open);
            button.textContent = closed ? "show all bytes" : "hide all bytes";
        };
        button.addEventListener("click", () => {
            const open = messages.some(details => !details.open);
            messages.forEach(details => { details.open = open; });
        });
        // `toggle` does not bubble.
        figure.addEventListener("toggle", name, true);
        name();
        figure.querySelector("figcaption").append(button);
    }

    // Paper cannot be tapped: the bytes of every message are printed.
    let opened = [];
    addEventListener("beforeprint", () => {
        opened = [...document.querySelectorAll(".wire details:not([open])")];
        opened.forEach(details => { details.open = true; });
    });
    addEventListener("afterprint", () => {
        opened.forEach(details => { details.open = false; });
    });
})();
