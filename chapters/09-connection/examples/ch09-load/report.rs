//! What was measured, for the terminal and for the book's tables.

use serde_json::{Value, json};

use crate::machine::note;
use crate::memory::Memory;
use crate::say;
use crate::speed::{Figures, Measured, or_dash};

/// A table of the book, of one line for each kind of work and one column for each server.
pub(crate) fn speed_table(
    caption: &str,
    command: &str,
    all: &[Measured],
    figure: impl Fn(&Figures) -> Option<f64>,
) -> Value {
    let servers = all.first().map_or(&[][..], |measured| &measured.servers);
    let columns = servers.iter().map(|figures| figures.server);
    let columns: Vec<&str> = ["connections × message"]
        .into_iter()
        .chain(columns)
        .collect();
    let row = |measured: &Measured| {
        let figures = measured.servers.iter().map(|of| or_dash(figure(of)));
        let name = measured.work.to_string();
        [name].into_iter().chain(figures).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    json!({ "caption": caption, "columns": columns, "rows": rows, "note": note(command) })
}

/// Says what an idle connection costs a server.
pub(crate) fn show_memory(memory: &Memory) {
    say(format_args!(
        "  {:30}{:>8.1} connected{:>8.1} after a message of 16 KiB",
        memory.server, memory.connected, memory.after_a_message
    ));
}

/// The same as a table of the book.
pub(crate) fn memory_table(connections: usize, all: &[Memory]) -> Value {
    let row = |memory: &Memory| {
        let figures = [memory.connected, memory.after_a_message];
        let [connected, after] = figures.map(|figure| format!("{figure:.1}"));
        [memory.server.to_owned(), connected, after]
    };
    json!({
        "caption": format!("What one of {connections} idle connections costs, in KiB"),
        "columns": ["server", "connected", "after a message of 16 KiB"],
        "rows": all.iter().map(row).collect::<Vec<_>>(),
        "note": note("cargo run --release --example ch09-load -- memory --record"),
    })
}
