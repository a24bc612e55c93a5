// What the page is made of. What comes from others is data: it becomes text, never markup.

export const find = id => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

// An element with these properties and children.
export function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
}

// One of the icons that stand in the page.
export function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
}

// Words of somebody, which keep their direction of writing to themselves.
export const words = (textContent, className = "") => make("bdi", { textContent, className });

export const hidden = text => make("span", { className: "visually-hidden", textContent: text });

// A name's first letter, in a colour of the name's own.
export function paint(element, name) {
    let hue = 0;
    for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 360;
    element.style.setProperty("--hue", hue);
    element.textContent = [...name.trim()][0]?.toUpperCase() ?? "?";
    return element;
}

export function avatar(name) {
    const element = make("span", { className: "avatar" });
    element.setAttribute("aria-hidden", "true");
    return paint(element, name);
}

export function button(label, act, className = "") {
    return make("button", { type: "button", textContent: label, className, onclick: act });
}

export function iconButton(name, label, act) {
    const made = make("button", { type: "button", className: "icon-button", onclick: act },
        icon(name));
    made.setAttribute("aria-label", label);
    return made;
}

const isSame = (one, other) => Object.keys(one).every(key => one[key] === other[key]);

// Makes the children of `parent` be those of `rows`, each with a `key`: those that are there
// already stay what they are, and are drawn anew only if something in their row is different.
export function reconcile(parent, rows, draw, tag = "li") {
    const known = new Map();
    for (const child of parent.children) known.set(child.row.key, child);
    let place = parent.firstElementChild;
    for (const row of rows) {
        let child = known.get(row.key);
        known.delete(row.key);
        if (child === undefined || !isSame(row, child.row)) {
            child ??= document.createElement(tag);
            const before = child.row;
            child.row = row;
            draw(child, row, before);
        }
        if (child === place) place = place.nextElementSibling;
        else parent.insertBefore(child, place);
    }
    for (const gone of known.values()) gone.remove();
}
