//! The list of header fields.

use raw_http::Headers;

fn headers() -> Headers {
    let fields = [("Accept", "a"), ("VIA", "1.1 x"), ("accept", "b, ,c ,")];
    fields.into_iter().collect()
}

#[test]
fn names_are_case_insensitive_and_keep_the_case_they_came_with() {
    assert_eq!(headers().get("via"), Some("1.1 x"));
    assert_eq!(headers().iter().nth(1), Some(("VIA", "1.1 x")));
    assert_eq!(headers().get("vi"), None);
}

#[test]
fn rfc9110_5_3_equal_names_keep_their_order() {
    let headers = headers();
    assert_eq!(headers.get("ACCEPT"), Some("a"));
    assert_eq!(
        headers.get_all("accept").collect::<Vec<_>>(),
        ["a", "b, ,c ,"]
    );
}

#[test]
fn rfc9110_5_6_1_a_list_may_be_spread_over_fields() {
    let headers = headers();
    assert_eq!(headers.list("accept").collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(headers.has_token("accept", "C"));
    assert!(!headers.has_token("accept", "ab"));
}

#[test]
fn insert_replaces_every_field_of_the_name() {
    let mut headers = headers();
    headers.insert("ACCEPT", "d");
    let fields: Vec<_> = headers.iter().collect();
    assert_eq!(fields, [("VIA", "1.1 x"), ("ACCEPT", "d")]);
    headers.remove("via");
    assert_eq!(headers.len(), 1);
}

#[test]
fn white_space_around_a_value_does_not_belong_to_it() {
    let mut headers = Headers::new();
    headers.append("A", " \tb c\t ");
    assert_eq!(headers.get("a"), Some("b c"));
}

#[test]
fn equal_lists_are_equal_whatever_was_removed_from_them() {
    let mut headers = headers();
    headers.append("B", "x");
    headers.remove("b");
    assert_eq!(headers, self::headers());
}
