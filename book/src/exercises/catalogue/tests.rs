use super::*;

fn catalogue() -> Catalogue {
    let exercise = |chapter: &str, name: &str| Exercise {
        chapter: chapter.to_owned(),
        about: About {
            name: name.to_owned(),
            title: format!("The title of {name}"),
            kind: Kind::Build,
            minutes: 5,
            hints: vec!["one".to_owned(), "two".to_owned()],
        },
    };
    let chapter = |folder: &str, names: &[&str]| Chapter {
        folder: folder.to_owned(),
        exercises: names.iter().map(|name| exercise(folder, name)).collect(),
    };
    Catalogue {
        root: PathBuf::from("/nowhere"),
        chapters: vec![
            chapter("00-wiretap", &["e1_times", "e2_measure"]),
            chapter("02-short-polling", &["e1_cursor"]),
        ],
    }
}

fn selected(words: &[&str]) -> anyhow::Result<Vec<String>> {
    let word = |i: usize| words.get(i).map(|word| (*word).to_owned());
    let selection = Selection {
        chapter: word(0),
        exercise: word(1),
    };
    let catalogue = catalogue();
    Ok(catalogue
        .select(&selection)?
        .into_iter()
        .map(Exercise::key)
        .collect())
}

#[test]
fn a_chapter_is_found_by_any_of_its_names() {
    for word in [
        "2",
        "02",
        "ex2",
        "ex02",
        "short-polling",
        "ex02-short-polling",
    ] {
        let found = selected(&[word]).expect(word);
        assert_eq!(found, ["short-polling/e1_cursor"], "{word}");
    }
    assert_eq!(selected(&[]).expect("all").len(), 3);
}

#[test]
fn an_exercise_is_found_by_its_short_name_and_by_its_whole_one() {
    for word in ["e2", "e2_measure"] {
        assert_eq!(selected(&["0", word]).expect(word), ["wiretap/e2_measure"]);
    }
}

#[test]
fn an_unknown_exercise_is_named_with_the_nearest_and_all_there_are() {
    let error = selected(&["ex00", "e2_mesure"])
        .expect_err("unknown")
        .to_string();
    assert!(
        error.contains("ex00-wiretap has no exercise `e2_mesure`"),
        "{error}"
    );
    assert!(error.contains("did you mean `e2_measure`?"), "{error}");
    assert!(error.contains("ex00 e1_times"), "{error}");
}

#[test]
fn an_unknown_chapter_is_named_with_the_nearest_and_all_there_are() {
    let error = selected(&["short-poling"])
        .expect_err("unknown")
        .to_string();
    assert!(
        error.contains("no chapter `short-poling` has exercises"),
        "{error}"
    );
    assert!(error.contains("did you mean `short-polling`?"), "{error}");
    assert!(error.contains("ex00-wiretap"), "{error}");
}

#[test]
fn the_statement_is_the_comment_at_the_top() {
    let source = "//! First\n//!\n//! ```text\n//!   x\n//! ```\n\nuse a;\n//! not\n";
    assert_eq!(statement(source), "First\n\n```text\n  x\n```");
}

#[test]
fn a_link_to_an_item_is_its_name_on_a_page() {
    let source = "//! At most [`MOST`] of `a[0]`, see [`Vec`].\n";
    assert_eq!(statement(source), "At most `MOST` of `a[0]`, see `Vec`.");
}
