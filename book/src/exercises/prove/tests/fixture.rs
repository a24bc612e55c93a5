//! Small workspaces that need no dependency, so that a proof of one takes a second.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::super::record_pristine;

/// An exercise of one function, whose answer is 2.
pub(super) struct Written {
    name: &'static str,
    starter: &'static str,
    checks: &'static str,
    hints: &'static str,
    mutants: &'static str,
}

const STARTER: &str =
    "//! Write it.\npub fn answer() -> u8 { todo!(\"write the answer\") }\n";
pub(super) const CHECKS: &str = "use crate::subject::NAME::answer;\n\
    #[test] fn two() { assert!(answer() == 2, \"two is asked, not {}\", answer()); }\n";
const MUTANTS: &str = "
[[mutant]]\nexercise = \"NAME\"\nname = \"one\"\nfind = \"2\"\nreplace = \"1\"\nfails = \"not 1\"
[[mutant]]\nexercise = \"NAME\"\nname = \"three\"\nfind = \"2\"\nreplace = \"3\"\nfails = \"not 3\"
";

const GOOD: Written = Written {
    name: "e1_good",
    starter: STARTER,
    checks: CHECKS,
    hints: "\"a\", \"b\"",
    mutants: MUTANTS,
};

pub(super) const FAULTY: [Written; 6] = [
    Written {
        name: "e1_easy",
        starter: "//! Write it.\npub fn answer() -> u8 { let unused = 1; 2 }\n",
        ..GOOD
    },
    Written {
        name: "e2_silent",
        starter: "pub fn answer() -> u8 { todo!() }\n",
        hints: "\"a\"",
        ..GOOD
    },
    Written {
        name: "e3_survived",
        checks: "use crate::subject::NAME::answer;\n\
                 #[test] fn any() { assert!(answer() > 1, \"more is asked\"); }\n",
        ..GOOD
    },
    Written {
        name: "e4_mutants",
        mutants: "[[mutant]]\nexercise = \"NAME\"\nname = \"nowhere\"\nfind = \"7\"\n\
                  replace = \"1\"\nfails = \"x\"\n\
                  [[mutant]]\nexercise = \"e9_none\"\nname = \"lost\"\nfind = \"2\"\n\
                  replace = \"1\"\nfails = \"x\"\n",
        ..GOOD
    },
    Written {
        name: "e5_unwrapped",
        starter: "//! Write it.\npub fn answer() -> u8 { None::<u8>.unwrap() }\n",
        mutants: "[[mutant]]\nexercise = \"NAME\"\nname = \"broken\"\nfind = \"2\"\n\
                  replace = \"two\"\nfails = \"x\"\n",
        ..GOOD
    },
    Written {
        name: "e6_endless",
        mutants: "[[mutant]]\nexercise = \"NAME\"\nname = \"endless\"\nfind = \"2\"\n\
                  replace = \"loop {}\"\nfails = \"x\"\n\
                  [[mutant]]\nexercise = \"NAME\"\nname = \"one\"\nfind = \"2\"\n\
                  replace = \"1\"\nfails = \"not 1\"\n",
        ..GOOD
    },
];

pub(super) fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
    fs::write(path, text).expect("it is written");
}

fn package(root: &Path, kind: &str, prefix: &str, chapter: &str, modules: &str) {
    let manifest = format!(
        "[package]\nname = \"{prefix}{chapter}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"
    );
    write(root, &format!("{kind}/{chapter}/Cargo.toml"), &manifest);
    write(root, &format!("{kind}/{chapter}/src/lib.rs"), modules);
}

pub(super) fn chapter(root: &Path, chapter: &str, exercises: &[Written]) {
    let modules: String = exercises
        .iter()
        .map(|it| format!("pub mod {};\n", it.name))
        .collect();
    package(root, "exercises", "ex", chapter, &modules);
    package(root, "solutions", "sol", chapter, &modules);
    let (mut list, mut mutants) = (String::new(), String::new());
    for it in exercises {
        let name = it.name;
        list += &format!(
            "[[exercise]]\nname = \"{name}\"\ntitle = \"T\"\nkind = \"build\"\n\
             minutes = 1\nhints = [{}]\n",
            it.hints
        );
        mutants += &it.mutants.replace("NAME", name);
        sources(root, chapter, it);
    }
    write(root, &format!("exercises/{chapter}/exercises.toml"), &list);
    write(root, &format!("solutions/{chapter}/mutants.toml"), &mutants);
}

/// The files of one exercise and its solution.
fn sources(root: &Path, chapter: &str, exercise: &Written) {
    let Written {
        name,
        starter,
        checks,
        ..
    } = exercise;
    let krate = chapter.replace('-', "_");
    let (ex, sol) = (
        format!("exercises/{chapter}"),
        format!("solutions/{chapter}"),
    );
    write(root, &format!("{ex}/src/{name}.rs"), starter);
    write(
        root,
        &format!("{ex}/tests/checks/{name}.rs"),
        &checks.replace("NAME", name),
    );
    let target = format!(
        "use ex{krate} as subject;\n#[path = \"checks/{name}.rs\"] mod checks;\n"
    );
    write(root, &format!("{ex}/tests/{name}.rs"), &target);
    write(
        root,
        &format!("{sol}/src/{name}.rs"),
        "pub fn answer() -> u8 { 2 }\n",
    );
    let target = format!(
        "use sol{krate} as subject;\n\
         #[path = \"../../../{ex}/tests/checks/{name}.rs\"] mod checks;\n"
    );
    write(root, &format!("{sol}/tests/{name}.rs"), &target);
}

/// A workspace whose first chapter is as it should be.
pub(super) fn workspace() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*\", \"solutions/*\"]\n",
    );
    chapter(root, "00-fine", &[GOOD]);
    write(root, "book/text/00-fine.md", "{{#exercise 00 e1_good}}\n");
    record_pristine(root).expect("it is recorded");
    folder
}
