//! Citations found, and the places they belong to.

use super::table::breakable;
use super::*;

fn cite(source: &str, file: &str, map: &mut Map) {
    let items = crate::listing::items(source).expect("Rust");
    super::cite(source, &items, file, map);
}

#[test]
fn citations_are_found_in_order() {
    assert_eq!(
        sections("// (RFC 9112 §6.1, §6.3). Rust §2."),
        [
            (Some(9112), None),
            (None, Some(vec![6, 1])),
            (None, Some(vec![6, 3])),
            (None, Some(vec![2])),
        ]
    );
    assert_eq!(sections("RFC and § alone"), []);
}

#[test]
fn a_citation_belongs_to_its_item_and_to_code_or_tests() {
    let source = "fn keeps() {\n    // RFC 9112 §5.1: no space.\n}\n\n\
                  #[cfg(test)]\nmod tests {\n    // §5.1\n    #[test]\n    \
                  fn proves() {}\n}\n";
    let mut map = Map::new();
    cite(source, "01-raw-http/src/scan.rs", &mut map);
    let section = Section {
        rfc: 9112,
        parts: vec![5, 1],
    };
    let citations = &map[&section];
    let items = |places: &BTreeSet<Place>| -> Vec<String> {
        places.iter().map(|place| place.item.clone()).collect()
    };
    assert_eq!(items(&citations.code), ["keeps"]);
    assert_eq!(items(&citations.tests), ["proves"]);
}

#[test]
fn a_bare_section_belongs_to_the_files_own_rfc() {
    let source = "// RFC 9112 §1, RFC 9112 §2\n// RFC 9110 §3\n// §4, see RFC 3986\n\
                  // §5\n// §6\n";
    let rfcs: Vec<_> = cited(source, "01-raw-http/src/a.rs")
        .into_iter()
        .map(|(line, section)| (line, section.rfc, section.parts[0]))
        .collect();
    assert_eq!(
        rfcs,
        [
            (1, 9112, 1),
            (1, 9112, 2),
            (2, 9110, 3),
            (3, 9112, 4),
            (4, 3986, 5),
            (5, 9112, 6)
        ]
    );
}

#[test]
fn a_test_may_name_its_section() {
    let section = |rfc, parts: &[u32]| Section {
        rfc,
        parts: parts.to_vec(),
    };
    assert_eq!(
        section_of_name("rfc9112_9_3_a_1_0_client"),
        Some(section(9112, &[9, 3]))
    );
    assert_eq!(section_of_name("rfc9112_requests"), None);
    assert_eq!(section_of_name("request"), None);
}

#[test]
fn a_test_file_may_name_its_rfc() {
    let mut map = Map::new();
    cite(
        "// §2.2\n#[test]\nfn f() {}\n",
        "01-raw-http/tests/rfc9112_requests.rs",
        &mut map,
    );
    let section = Section {
        rfc: 9112,
        parts: vec![2, 2],
    };
    let place = map[&section].tests.first().expect("a place");
    assert_eq!(place.item, "f");
}

#[test]
fn only_tests_prove_something() {
    let source = "//! About RFC 9112 §1.\n\nconst RULE: &str = \"RFC 9112 §2\";\n\n\n\n\n\
                  // §3\nfn helps() {}\n\n\n\n\n\
                  #[test]\nfn proves() {\n    // §4\n}\n";
    let mut map = Map::new();
    cite(source, "01-raw-http/tests/heads.rs", &mut map);
    let proofs: Vec<_> = map
        .iter()
        .map(|(section, citations)| {
            let place = citations.tests.first().expect("a proof");
            (section.parts[0], place.item.as_str())
        })
        .collect();
    assert_eq!(proofs, [(1, WHOLE_FILE), (4, "proves")]);
}

#[test]
fn names_are_broken_between_words() {
    assert_eq!(breakable("a/b_c<d>::e"), "a/<wbr>b_<wbr>c&lt;d&gt;::<wbr>e");
}

#[test]
fn the_html_standard_is_cited_like_an_rfc() {
    let section = Section {
        rfc: HTML,
        parts: vec![9, 2, 6],
    };
    let named = section_of_name("html_9_2_6_an_empty_id_clears_it");
    assert_eq!(named.as_ref(), Some(&section));
    assert_eq!(section_of_name("html_stream"), None);
    let source = "/// HTML §9.2.6: a blank line. RFC 9112 §2.\nfn f() {}\n";
    let mut map = Map::new();
    cite(source, "05-server-sent-events/src/parser.rs", &mut map);
    let cited: Vec<_> = map.keys().map(|section| section.rfc).collect();
    assert_eq!(cited, [9112, HTML]);
    assert!(map.contains_key(&section));
}
