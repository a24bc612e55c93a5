//! What the terminal client shows and does, without a terminal and without a network.

#[path = "../../examples/ch19-terminal/ui.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod ui;

macro_rules! assert_screen {
    ($name:literal, $stage:expr) => {
        let screen = $stage.screen();
        insta::with_settings!({ snapshot_path => "golden", omit_expression => true }, {
            insta::assert_snapshot!($name, screen);
        });
    };
}

mod done;
mod shown;
mod stage;
mod written;
