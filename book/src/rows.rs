//! Tables to which each chapter adds its rows.

use std::path::PathBuf;

use crate::directive::Fault;
use crate::problem::slashes;
use crate::table::{self, Table};
use crate::workspace::Workspace;

/// Renders one table of all rows in `chapters/*/tests/snapshots/NAME.snap`, in the order
/// of the chapters, up to chapter `through`; and gives the files that they come from.
pub(crate) fn render(
    workspace: &Workspace,
    name: &str,
    through: Option<&str>,
) -> Result<(Vec<PathBuf>, String), Fault> {
    let paths = files(workspace, name, through)?;
    let mut tables = Vec::new();
    for path in &paths {
        tables.push((path, table::read(workspace.root(), path)?));
    }
    let mut tables = tables.into_iter();
    let Some((first, mut whole)) = tables.next() else {
        return Err(Fault::new(
            format!("no chapter has rows that are called {name}"),
            format!(
                "they are recorded in chapters/NN-topic/tests/snapshots/{name}.snap"
            ),
        ));
    };
    for (path, table) in tables {
        if heading(&table) != heading(&whole) {
            return Err(Fault::new(
                format!(
                    "the rows of {} do not fit under those of {}",
                    slashes(path),
                    slashes(first)
                ),
                "caption, columns and note have to be the same: record them all again",
            ));
        }
        whole.rows.extend(table.rows);
    }
    Ok((paths, table::html(&whole)))
}

fn heading(table: &Table) -> (&str, &[String], &str) {
    (&table.caption, &table.columns, &table.note)
}

fn files(
    workspace: &Workspace,
    name: &str,
    through: Option<&str>,
) -> Result<Vec<PathBuf>, Fault> {
    let mut paths = workspace.snapshots().map_err(|error| {
        Fault::new(
            format!("cannot list the chapters' snapshots: {error}"),
            "they are in chapters/NN-topic/tests/snapshots",
        )
    })?;
    // A path from the root: `chapters/02-short-polling/tests/snapshots/contract.snap`.
    paths.retain(|path| {
        let chapter = path.iter().nth(1).unwrap_or_default().to_string_lossy();
        let number = chapter.split('-').next().unwrap_or_default();
        path.file_stem().is_some_and(|stem| stem == name)
            && through.is_none_or(|through| number <= through)
    });
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A workspace in which these chapters have recorded a row each: the caption, and a
    /// cell.
    fn workspace(chapters: &[(&str, &str, &str)]) -> (tempfile::TempDir, Workspace) {
        let root = tempfile::tempdir().expect("a folder");
        for (chapter, caption, cell) in chapters {
            let folder = root
                .path()
                .join("chapters")
                .join(chapter)
                .join("tests/snapshots");
            fs::create_dir_all(&folder).expect("created");
            let table = format!(
                "---\nsource: x\n---\n\
                 {{\"caption\": {caption:?}, \"columns\": [\"c\"], \"rows\": [[{cell:?}]]}}"
            );
            fs::write(folder.join("costs.snap"), table).expect("written");
        }
        let workspace = Workspace::at(root.path());
        (root, workspace)
    }

    #[test]
    fn the_rows_of_the_chapters_stand_under_each_other() {
        let (_root, workspace) = workspace(&[
            ("02-b", "Costs", "second"),
            ("10-c", "Costs", "tenth"),
            ("01-a", "Costs", "first"),
        ]);
        let (paths, html) = render(&workspace, "costs", None).expect("a table");
        assert_eq!(paths.len(), 3);
        let cells = "<td>first</td></tr>\n<tr><td>second</td></tr>\n<tr><td>tenth</td>";
        assert!(html.contains(cells), "{html}");
        let (paths, html) = render(&workspace, "costs", Some("02")).expect("a table");
        assert_eq!(paths.len(), 2);
        assert!(html.contains("second") && !html.contains("tenth"), "{html}");
    }

    #[test]
    fn rows_that_do_not_fit_and_rows_that_are_not_there() {
        let (_root, workspace) =
            workspace(&[("01-a", "Costs", "1"), ("02-b", "Prices", "2")]);
        let what = |name| render(&workspace, name, None).expect_err("a fault").what;
        assert_eq!(
            what("costs"),
            "the rows of chapters/02-b/tests/snapshots/costs.snap do not fit under those \
             of chapters/01-a/tests/snapshots/costs.snap"
        );
        assert_eq!(what("none"), "no chapter has rows that are called none");
    }
}
