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
