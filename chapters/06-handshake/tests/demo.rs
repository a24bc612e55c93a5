//! The example's demonstration: what the page shows of it.

#[path = "../examples/ch06-handshake/demo.rs"]
mod demo;
#[path = "../examples/ch06-handshake/show.rs"]
#[allow(dead_code, reason = "the demonstration uses a part of it")]
mod show;

#[test]
fn the_demonstration_of_the_page() {
    let mut lines = Vec::new();
    demo::play(|line| lines.push(line));
    insta::with_settings!({
        description => "cargo run --example ch06-handshake",
        omit_expression => true,
    }, {
        insta::assert_snapshot!("demo", lines.join("\n"));
    });
}
