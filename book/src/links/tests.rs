//! Links that lead somewhere, and links that do not.

use super::*;

fn checked(html: &str) -> Vec<Problem> {
    let root = tempfile::tempdir().expect("a folder");
    let site = root.path().join("site");
    let text = root.path().join("book/text");
    fs::create_dir_all(&site).expect("made");
    fs::create_dir_all(&text).expect("made");
    fs::write(site.join("a.html"), html).expect("written");
    let other = "<h2 id='the-heading'><a href='#the-heading'>x</a></h2>";
    fs::write(site.join("b.html"), other).expect("written");
    fs::write(text.join("a.md"), "# A\n\nSee [b](b.md#the-headin).\n")
        .expect("written");
    check(&Workspace::at(root.path()), &site).expect("readable")
}

#[test]
fn links_that_lead_somewhere_are_fine() {
    let fine = "<script>if (1 < 2) { '<a href=\"gone.html\">' }</script>\
        <p id='here'><a href='b.html#the-heading'>b</a> <a href='#here'>h</a>\
        <a href='https://www.rfc-editor.org/rfc/rfc6455'>rfc</a>\
        <a href='./b.html?x=1'>q</a></p>";
    assert_eq!(checked(fine), []);
}

#[test]
fn a_dead_fragment_names_page_line_and_remedy() {
    let problems = checked("<a href='b.html#the-headin'>b</a>");
    let expected = Problem::new(
        "book/text/a.md",
        "the link to b.html#the-headin leads to no such place in b.html",
        "did you mean the-heading?",
    )
    .at(3);
    assert_eq!(problems, [expected]);
}

#[test]
fn a_dead_page_and_a_load_from_outside_are_found() {
    let problems =
        checked("<a href='zzz/gone.html'>g</a><img src='https://example.com/x.png'>");
    let whats: Vec<_> = problems.iter().map(|p| p.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "the link to zzz/gone.html leads to no page",
            "the page loads https://example.com/x.png from outside"
        ]
    );
}

#[test]
fn relative_links_are_resolved() {
    assert_eq!(resolved("x/y.html", "../a.html"), "a.html");
    assert_eq!(resolved("x/y.html", "z.html"), "x/z.html");
    assert_eq!(resolved("x/y.html", "/z.html"), "z.html");
    assert_eq!(resolved("y.html", "sub/"), "sub/index.html");
    assert_eq!(decoded("a%20b%zz"), "a b%zz");
}
