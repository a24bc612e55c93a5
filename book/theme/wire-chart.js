// A small bar chart in inline SVG, coloured by the theme: stacked bars, newest at the
// right, and a rule across them for what theory says.
wireLab.chart = (() => {
    "use strict";
    const { el, number } = wireLab;

    const BARS = 40;
    const WIDTH = 400;
    const HEIGHT = 110;

    function svg(name, attributes) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) {
            element.setAttribute(key, value);
        }
        return element;
    }

    // The next round number: 1, 2 or 5 times a power of ten.
    function ceiling(value) {
        const power = 10 ** Math.floor(Math.log10(value));
        return [1, 2, 5, 10].map(step => step * power).find(round => round >= value);
    }

    return function chart({ title, unit, series, rule }) {
        const picture = svg("svg", {
            viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
        });
        const top = el("span", { class: "chart-top" });
        const legend = el("div", { class: "chart-legend" }, ...series.map(([key, name]) =>
            el("span", { class: `chart-${key}` }, name)));
        if (rule) {
            legend.append(el("span", { class: "chart-rule" }, rule));
        }
        const element = el("figure", { class: "lab-chart" },
            el("figcaption", {}, title), el("div", { class: "chart-plot" }, picture, top),
            legend);

        // Bars are lists of values, one for each series.
        function draw(bars, ruled = 0) {
            const last = bars.slice(-BARS);
            const sums = last.map(bar => bar.reduce((a, b) => a + b, 0));
            const most = ceiling(Math.max(1, ruled, ...sums));
            const scale = HEIGHT / most;
            const step = WIDTH / BARS;
            const shapes = last.flatMap((bar, index) => {
                let y = HEIGHT;
                return bar.map((value, at) => {
                    y -= value * scale;
                    return svg("rect", {
                        class: `chart-${series[at][0]}`, x: index * step + 1, y,
                        width: step - 2, height: value * scale,
                    });
                });
            });
            if (ruled > 0) {
                const y = HEIGHT - ruled * scale;
                shapes.push(svg("line", { class: "chart-rule", x1: 0, x2: WIDTH, y1: y, y2: y }));
            }
            picture.replaceChildren(...shapes);
            top.textContent = `${number.format(most)} ${unit}`;
            const latest = Math.round(sums.at(-1) ?? 0);
            picture.setAttribute("aria-label",
                `${title}: the latest is ${number.format(latest)} ${unit}`);
        }

        function clear() {
            picture.replaceChildren();
            picture.setAttribute("aria-label", `${title}: nothing yet`);
            top.textContent = "";
        }

        clear();
        return { element, draw, clear };
    };
})();
