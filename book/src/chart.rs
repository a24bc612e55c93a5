//! Charts that code produced: curves over an axis, as SVG that the theme colours.

mod scale;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::directive::Fault;
use crate::html::Escaped;
use crate::problem::slashes;
use crate::snapshot;
use crate::table::{Inline, with_commas};
use scale::{Scale, number, trimmed};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
/// What is around the plot: for the numbers of the axes, and their names.
const LEFT: f64 = 62.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 44.0;
/// More curves cannot be told apart.
const MOST_SERIES: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chart {
    caption: String,
    x: Axis,
    y: Axis,
    series: Vec<Series>,
    /// How it was got.
    #[serde(default)]
    note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Axis {
    /// What is counted, with its unit.
    label: String,
    /// Each step is a factor of ten. Then all values are above 0.
    #[serde(default)]
    log: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

/// Renders the chart in `root/path`, a `.snap` or plain JSON.
pub(crate) fn render(root: &Path, path: &Path) -> Result<String, Fault> {
    let shown = slashes(path);
    let is_snapshot = path.extension().is_some_and(|it| it == "snap");
    let json = if is_snapshot {
        snapshot::read(root, path)?.contents
    } else {
        fs::read_to_string(root.join(path)).map_err(|error| {
            Fault::new(
                format!("cannot read {shown}: {error}"),
                "correct the path, or run what measures it",
            )
        })?
    };
    let fault = |what: String| {
        Fault::new(
            format!("{shown} holds no chart: {what}"),
            r#"a chart is {"caption": "…", "x": {"label": "…"}, "y": {"label": "…"}, "series": [{"name": "…", "points": [[0, 1]]}], "note": "…"}"#,
        )
    };
    let chart: Chart =
        serde_json::from_str(&json).map_err(|error| fault(error.to_string()))?;
    chart.check().map_err(fault)?;
    Ok(chart.html())
}

impl Chart {
    fn check(&self) -> Result<(), String> {
        if !(1..=MOST_SERIES).contains(&self.series.len()) {
            return Err(format!("it has {} series", self.series.len()));
        }
        for Series { name, points } in &self.series {
            if points.is_empty() {
                return Err(format!("{name} has no points"));
            }
            let ok = |value: f64, axis: &Axis| {
                value.is_finite() && value >= 0.0 && (value > 0.0 || !axis.log)
            };
            if let Some((x, y)) = points
                .iter()
                .find(|(x, y)| !ok(*x, &self.x) || !ok(*y, &self.y))
            {
                return Err(format!("{name} has a point at {x}, {y}"));
            }
        }
        Ok(())
    }

    fn html(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let x = Scale::new(
            self.x.log,
            points().map(|point| point.0),
            LEFT,
            WIDTH - RIGHT,
        );
        let y = Scale::new(
            self.y.log,
            points().map(|point| point.1),
            HEIGHT - BOTTOM,
            TOP,
        );
        let mut out = format!(
            "<figure class=\"chart\"><figcaption>{}</figcaption>\
             <div class=\"chart-scroll\" tabindex=\"0\">\
             <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n",
            Inline(&self.caption),
            Escaped(&self.caption),
        );
        self.axes(&x, &y, &mut out);
        self.curves(&x, &y, &mut out);
        out.push_str("</svg></div>");
        self.legend(&mut out);
        if !self.note.is_empty() {
            put(
                &mut out,
                format_args!("<p class=\"data-note\">{}</p>", Inline(&self.note)),
            );
        }
        out.push_str("</figure>\n");
        out
    }

    fn curves(&self, x: &Scale, y: &Scale, out: &mut String) {
        for (number, series) in self.series.iter().enumerate() {
            let points = series.points.iter();
            let points =
                points.map(|at| format!("{:.1},{:.1}", x.place(at.0), y.place(at.1)));
            let points = points.collect::<Vec<_>>().join(" ");
            put(
                out,
                format_args!(
                    "<polyline class=\"curve-{number}\" points=\"{points}\"/>\n"
                ),
            );
        }
    }

    fn axes(&self, x: &Scale, y: &Scale, out: &mut String) {
        let (left, right) = (LEFT, WIDTH - RIGHT);
        let (top, bottom) = (TOP, HEIGHT - BOTTOM);
        for tick in y.ticks() {
            let at = y.place(tick);
            put(
                out,
                format_args!(
                    "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
                     <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                    left - 6.0,
                    at + 4.0,
                    number(tick),
                ),
            );
        }
        for tick in x.ticks() {
            put(
                out,
                format_args!(
                    "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
                    x.place(tick),
                    bottom + 17.0,
                    number(tick),
                ),
            );
        }
        put(
            out,
            format_args!(
                "<text class=\"axis\" x=\"6\" y=\"{:.1}\">{}</text>\
                 <text class=\"axis\" x=\"{right}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                top - 12.0,
                Escaped(&self.y.label),
                HEIGHT - 8.0,
                Escaped(&self.x.label),
            ),
        );
    }

    /// The names, and all numbers for those who cannot see curves.
    fn legend(&self, out: &mut String) {
        out.push_str("<ul class=\"chart-names\">");
        for (number, series) in self.series.iter().enumerate() {
            put(
                out,
                format_args!(
                    "<li><svg viewBox=\"0 0 30 8\" aria-hidden=\"true\">\
                     <polyline class=\"curve-{number}\" points=\"0,4 30,4\"/></svg>{}</li>",
                    Inline(&series.name)
                ),
            );
        }
        out.push_str(
            "</ul><details class=\"chart-data\"><summary>As numbers</summary>",
        );
        for series in &self.series {
            let points = series.points.iter();
            let exact = |value: &f64| with_commas(&trimmed(*value));
            let points = points.map(|(x, y)| format!("{}: {}", exact(x), exact(y)));
            let points = points.collect::<Vec<_>>().join("; ");
            put(
                out,
                format_args!("<p><b>{}</b> {points}</p>", Inline(&series.name)),
            );
        }
        out.push_str("</details>");
    }
}

fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(json: &str) -> Result<String, Fault> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("c.json"), json).expect("written");
        render(folder.path(), Path::new("c.json"))
    }

    #[test]
    fn curves_are_where_their_values_are() {
        let html = rendered(
            r#"{"caption": "A & `b`", "x": {"label": "s"}, "y": {"label": "<KiB>"},
                "series": [{"name": "one", "points": [[0, 0], [10, 100]]}],
                "note": "counted"}"#,
        )
        .expect("a chart");
        for part in [
            "<figcaption>A &amp; <code>b</code></figcaption>",
            "points=\"62.0,256.0 626.0,26.0\"",
            "&lt;KiB&gt;",
            "<b>one</b> 0: 0; 10: 100",
            "<p class=\"data-note\">counted</p>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("\n\n"), "{html}");
    }

    #[test]
    fn an_axis_may_go_by_powers_of_ten() {
        let html = rendered(
            r#"{"caption": "", "x": {"label": "writers", "log": true},
                "y": {"label": "per second", "log": true},
                "series": [{"name": "one", "points": [[1, 100], [1000, 100000]]}]}"#,
        )
        .expect("a chart");
        assert!(html.contains("points=\"62.0,256.0 626.0,26.0\""), "{html}");
        for tick in [">10<", ">100<", ">1000<", ">10 k<", ">100 k<"] {
            assert!(html.contains(tick), "{tick} in {html}");
        }
    }

    #[test]
    fn what_is_no_chart_is_refused() {
        for (series, what) in [
            ("[]", "c.json holds no chart: it has 0 series"),
            (
                r#"[{"name": "a", "points": []}]"#,
                "c.json holds no chart: a has no points",
            ),
            (
                r#"[{"name": "a", "points": [[1, -1]]}]"#,
                "c.json holds no chart: a has a point at 1, -1",
            ),
        ] {
            let json = format!(
                r#"{{"caption": "", "x": {{"label": ""}}, "y": {{"label": ""}}, "series": {series}}}"#
            );
            assert_eq!(rendered(&json).expect_err("a fault").what, what);
        }
        let fault = render(Path::new("/nowhere"), Path::new("c.json"));
        assert!(
            fault
                .expect_err("no file")
                .what
                .starts_with("cannot read c.json:")
        );
    }
}
