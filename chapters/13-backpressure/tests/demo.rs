//! The program behind the charts: what the page shows is what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use wiretap::harness;

/// A file that `--record` has written.
fn recorded(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let text = fs::read_to_string(folder.join(name)).expect("it is recorded");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_minute_with_a_slow_reader_is_the_same_everywhere() {
    let output = Command::new(harness::example("ch13-slow-reader")).output();
    let output = output.expect("the example runs");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    let command = "cargo run --example ch13-slow-reader";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("slow_reader", text);
    });
    // And so are the charts, which were written together with it.
    let rows = recorded("slow-reader.json")["rows"].clone();
    for row in rows.as_array().expect("rows") {
        for cell in row.as_array().expect("cells") {
            let cell = cell.as_str().expect("text");
            assert!(text.contains(cell), "{cell:?} is not in\n{text}");
        }
    }
}

/// The highest value of a recorded curve.
fn highest(file: &str, name: &str) -> f64 {
    let chart = recorded(file);
    let series = chart["series"].as_array().expect("curves");
    let curve = series.iter().find(|curve| curve["name"] == name);
    let points = curve.expect("it is there")["points"].as_array();
    let values = points
        .expect("points")
        .iter()
        .filter_map(|at| at[1].as_f64());
    values.fold(0.0, f64::max)
}

#[test]
fn the_charts_show_what_the_page_says() {
    let memory = |name| highest("slow-reader-memory.json", name);
    let delay = |name| highest("slow-reader-delay.json", name);
    assert!(memory("unbounded queue") > 2.0 * memory("outbox, drop the oldest"));
    for bounded in ["outbox, close", "outbox, drop the oldest"] {
        assert!(memory(bounded) <= 256.0, "KiB");
    }
    assert!(delay("each in turn") > 25.0, "seconds");
    for fair in [
        "unbounded queue",
        "outbox, close",
        "outbox, drop the oldest",
    ] {
        assert!(delay(fair) < 0.1, "seconds");
    }
}
