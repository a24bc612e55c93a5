//! Items found, cut out and refused.

use super::*;

const SOURCE: &str = r#"//! A board.

/// What is kept.
#[derive(Debug)]
pub struct Board {
    /// The events.
    events: Vec<String>,
}

impl Board {
    /// Appends.
    pub fn append(&mut self, text: &str) {
        // Comments stay.
        self.events.push(text.to_owned());
    }
}

impl<T> From<T> for Board {
    fn from(_: T) -> Self {
        todo!()
    }
}

impl Iterator for Board {
    type Item = ();
    fn next(&mut self) -> Option<()> {
        None
    }
}

impl Other for Board {
    fn next(&mut self) {}
}

trait Other {
    fn next(&mut self);
}

mod inner {
    pub const LIMIT: usize = 3;
}
"#;

fn show(item: &str) -> Listing {
    extract(SOURCE, "board.rs", item, false).expect("the item is there")
}

fn fault(item: &str) -> Fault {
    extract(SOURCE, "board.rs", item, false).expect_err("a fault")
}

#[test]
fn a_struct_keeps_its_attributes_and_loses_its_docs() {
    assert_eq!(
        show("Board"),
        Listing {
            code: "#[derive(Debug)]\npub struct Board {\n    events: Vec<String>,\n}"
                .to_owned(),
            line: 4,
        }
    );
    let with_docs = extract(SOURCE, "board.rs", "Board", true).expect("there");
    assert!(with_docs.code.starts_with("/// What is kept.\n"));
    assert_eq!(with_docs.line, 3);
}

#[test]
fn a_method_moves_to_the_margin_with_its_comments() {
    let expected = "pub fn append(&mut self, text: &str) {\n    // Comments stay.\n    \
                    self.events.push(text.to_owned());\n}";
    assert_eq!(show("Board::append").code, expected);
}

#[test]
fn impls_traits_and_modules_are_found() {
    assert!(show("impl From for Board").code.starts_with("impl<T> From"));
    assert_eq!(show("impl From<T> for Board"), show("impl From for Board"));
    assert_eq!(show("inner::LIMIT").code, "pub const LIMIT: usize = 3;");
    assert_eq!(show("Other::next").code, "fn next(&mut self);");
    assert_eq!(show("<Board as Other>::next").code, "fn next(&mut self) {}");
}

#[test]
fn a_missing_item_suggests_the_nearest() {
    let fault = fault("Board::apend");
    assert_eq!(fault.what, "board.rs has no item `Board::apend`");
    assert_eq!(fault.remedy, "did you mean `Board::append`?");
}

#[test]
fn an_ambiguous_item_names_its_choices() {
    let fault = fault("Board::next");
    assert_eq!(fault.what, "board.rs has 2 items `Board::next`");
    assert_eq!(
        fault.remedy,
        "name one of them in full: `<Board as Iterator>::next` at line 26, \
         `<Board as Other>::next` at line 32"
    );
}

#[test]
fn a_file_that_is_not_rust_is_reported_with_its_place() {
    let fault = extract("fn f( {", "bad.rs", "f", false).expect_err("a fault");
    assert!(
        fault.what.starts_with("bad.rs:1:7 is not Rust:"),
        "{}",
        fault.what
    );
}

#[test]
fn a_long_listing_and_a_missing_file_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = "    let _ = 1;\n".repeat(29);
    let source = format!("fn long() {{\n{body}}}\n");
    fs::write(folder.path().join("long.rs"), source).expect("written");
    let render = |path: &str| render(folder.path(), Path::new(path), "long", false);
    let fault = render("long.rs").expect_err("too long");
    assert_eq!(fault.what, "`long` of long.rs has 31 lines, over 30");
    let fault = render("gone.rs").expect_err("no such file");
    assert!(
        fault.what.starts_with("cannot read gone.rs:"),
        "{}",
        fault.what
    );
}

#[test]
fn a_fence_is_longer_than_the_ticks_inside() {
    let listing = Listing {
        code: "// ```\nfn f() {}".to_owned(),
        line: 1,
    };
    assert!(fenced(&listing, "a.rs", "f").contains("\n````rust\n"));
}
