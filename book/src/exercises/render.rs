//! An exercise as it stands in its page.

use std::path::Path;

use super::catalogue::{Catalogue, Exercise};

/// The statement, what kind of work it is, where it is done, how it is checked, and the
/// hints, folded: Markdown for the directive `{{#exercise CHAPTER NAME}}`.
pub(crate) fn render(root: &Path, chapter: &str, name: &str) -> anyhow::Result<String> {
    let catalogue = Catalogue::load(root)?;
    let exercise = catalogue.chapter(chapter)?.exercise(name)?;
    Ok(markdown(exercise, &exercise.statement(root)?))
}

fn markdown(exercise: &Exercise, statement: &str) -> String {
    let about = &exercise.about;
    let (kind, minutes) = (about.kind.name(), about.minutes);
    let (file, title) = (exercise.file(), escape(&about.title));
    // A blank line ends a block of HTML, and what follows it is Markdown again.
    let mut out = format!(
        "<section class=\"exercise\" id=\"exercise-{chapter}-{name}\">\n\n\
         ### Exercise: {title}\n\n\
         <p class=\"exercise-meta\"><span class=\"exercise-kind\">{kind}</span> \
         <span>about {minutes} minutes</span> <code>{file}</code></p>\n\n\
         {statement}\n\n\
         Check your work:\n\n\
         ```sh\n{command}\n```\n\n",
        chapter = exercise.chapter,
        name = about.name,
        command = exercise.command("check"),
    );
    for (hint, summary) in about.hints.iter().zip(["A first hint", "A second hint"]) {
        let hint = hint.trim();
        out += &format!(
            "<details class=\"hint\">\n<summary>{summary}</summary>\n\n{hint}\n\n</details>\n\n"
        );
    }
    out + "</section>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{About, Kind};
    use super::*;

    #[test]
    fn the_page_gets_statement_kind_file_command_and_folded_hints() {
        let exercise = Exercise {
            chapter: "02-short-polling".to_owned(),
            about: About {
                name: "e1_cursor".to_owned(),
                title: "A < B".to_owned(),
                kind: Kind::Build,
                minutes: 15,
                hints: vec!["Look at `since`.".to_owned(), "Return *it*.".to_owned()],
            },
        };
        let page = markdown(&exercise, "Write it.\n\n```text\nbytes\n```");
        insta::with_settings!(
            { snapshot_path => "golden", prepend_module_to_snapshot => false,
              omit_expression => true },
            { insta::assert_snapshot!("exercise", page) }
        );
    }
}
