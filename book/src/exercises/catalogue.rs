//! What exercises there are: read from `exercises/*/exercises.toml` and the starters.

mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use serde::Deserialize;

use super::Selection;
use crate::problem::nearest;
use crate::workspace::entries;
use words::{did_you_mean, names, split};

/// All exercises, in the order of the chapters.
pub(super) struct Catalogue {
    pub(super) root: PathBuf,
    pub(super) chapters: Vec<Chapter>,
}

/// The exercises of one chapter: one package.
pub(super) struct Chapter {
    /// The folder's name, such as `02-short-polling`.
    pub(super) folder: String,
    pub(super) exercises: Vec<Exercise>,
}

/// One exercise.
#[derive(Debug, Clone)]
pub(super) struct Exercise {
    /// The folder's name of its chapter, such as `02-short-polling`.
    pub(super) chapter: String,
    pub(super) about: About,
}

/// What `exercises.toml` says about an exercise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) minutes: u32,
    pub(super) hints: Vec<String>,
}

/// What the reader does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Build,
    Repair,
    Predict,
    Measure,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Repair => "repair",
            Self::Predict => "predict",
            Self::Measure => "measure",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    exercise: Vec<About>,
}

impl Catalogue {
    pub(super) fn load(root: &Path) -> anyhow::Result<Self> {
        let mut chapters = Vec::new();
        for folder in entries(&root.join("exercises"))? {
            let list = folder.join("exercises.toml");
            if !list.is_file() {
                continue;
            }
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            chapters.push(Chapter::load(&list, &name)?);
        }
        Ok(Self {
            root: root.to_path_buf(),
            chapters,
        })
    }

    /// All exercises, in order.
    pub(super) fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.chapters.iter().flat_map(|chapter| &chapter.exercises)
    }

    /// The exercises that are meant: at least one.
    pub(super) fn select(
        &self,
        selection: &Selection,
    ) -> anyhow::Result<Vec<&Exercise>> {
        let Some(chapter) = &selection.chapter else {
            return Ok(self.exercises().collect());
        };
        let chapter = self.chapter(chapter)?;
        match &selection.exercise {
            Some(name) => Ok(vec![chapter.exercise(name)?]),
            None => Ok(chapter.exercises.iter().collect()),
        }
    }

    /// The one exercise that is meant.
    pub(super) fn select_one(
        &self,
        selection: &Selection,
    ) -> anyhow::Result<&Exercise> {
        match self.select(selection)?.as_slice() {
            [exercise] => Ok(exercise),
            several => {
                let first = several.first().context("there are no exercises")?;
                bail!(
                    "which exercise? name its chapter and itself, such as `{} {}`\n\n{}",
                    first.chapter_short(),
                    first.short(),
                    names(several.iter().copied()),
                )
            }
        }
    }

    /// The chapter that `word` means: `2`, `02`, `ex02`, `short-polling`, or
    /// the whole name of the folder or package.
    pub(super) fn chapter(&self, word: &str) -> anyhow::Result<&Chapter> {
        let bare = word.strip_prefix("ex").unwrap_or(word);
        let meant = |chapter: &&Chapter| {
            let number = bare.parse::<u32>();
            number.is_ok() && number == chapter.number().parse()
                || bare == chapter.folder
                || bare == chapter.topic()
        };
        self.chapters.iter().find(meant).ok_or_else(|| {
            let short: Vec<String> = self
                .chapters
                .iter()
                .map(|chapter| format!("ex{}", chapter.number()))
                .collect();
            let words = self.chapters.iter().map(Chapter::topic);
            let words = words.chain(short.iter().map(String::as_str));
            let list = self.chapters.iter().map(|c| format!("  ex{}", c.folder));
            anyhow!(
                "no chapter `{word}` has exercises{}\n\nThese have:\n{}",
                did_you_mean(nearest(word, words)),
                list.collect::<Vec<_>>().join("\n"),
            )
        })
    }
}

impl Chapter {
    fn load(list: &Path, folder: &str) -> anyhow::Result<Self> {
        let text = fs::read_to_string(list)
            .with_context(|| format!("cannot read {}", list.display()))?;
        let listed: Listed =
            toml::from_str(&text).with_context(|| format!("in {}", list.display()))?;
        let exercise = |about| Exercise {
            chapter: folder.to_owned(),
            about,
        };
        let exercises = listed.exercise.into_iter().map(exercise).collect();
        Ok(Self {
            folder: folder.to_owned(),
            exercises,
        })
    }

    pub(super) fn number(&self) -> &str {
        split(&self.folder).0
    }

    pub(super) fn topic(&self) -> &str {
        split(&self.folder).1
    }

    /// The exercise that `word` means: `e1` or `e1_times`.
    pub(super) fn exercise(&self, word: &str) -> anyhow::Result<&Exercise> {
        let meant = |exercise: &&Exercise| {
            let short = exercise.short();
            word == exercise.about.name
                || word == short
                || short.strip_prefix('e') == Some(word)
        };
        self.exercises.iter().find(meant).ok_or_else(|| {
            let short = self.exercises.iter().map(Exercise::short);
            let words =
                short.chain(self.exercises.iter().map(|e| e.about.name.as_str()));
            anyhow!(
                "ex{} has no exercise `{word}`{}\n\nIt has:\n{}",
                self.folder,
                did_you_mean(nearest(word, words)),
                names(&self.exercises),
            )
        })
    }
}

impl Exercise {
    /// `ex02-short-polling`.
    pub(super) fn package(&self) -> String {
        format!("ex{}", self.chapter)
    }

    /// `sol02-short-polling`.
    pub(super) fn solution_package(&self) -> String {
        format!("sol{}", self.chapter)
    }

    /// `ex02`.
    pub(super) fn chapter_short(&self) -> String {
        format!("ex{}", split(&self.chapter).0)
    }

    /// `e1` of `e1_times`.
    pub(super) fn short(&self) -> &str {
        let name = &self.about.name;
        name.split_once('_').map_or(name, |(short, _)| short)
    }

    /// By topic and name, without a number: an updated course may count its chapters anew.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", split(&self.chapter).1, self.about.name)
    }

    /// The file that the reader edits, from the root.
    pub(super) fn file(&self) -> String {
        format!("exercises/{}/src/{}.rs", self.chapter, self.about.name)
    }

    /// The test target, from the root.
    pub(super) fn target(&self) -> String {
        format!("exercises/{}/tests/{}.rs", self.chapter, self.about.name)
    }

    /// The checks, from the root.
    pub(super) fn checks(&self) -> String {
        format!(
            "exercises/{}/tests/checks/{}.rs",
            self.chapter, self.about.name
        )
    }

    /// The snapshots of its checks, from the root.
    pub(super) fn snapshots(&self, root: &Path) -> anyhow::Result<Vec<String>> {
        let folder = format!("exercises/{}/tests/checks/snapshots", self.chapter);
        let files = entries(&root.join(&folder))?
            .into_iter()
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?.to_owned();
                let ours = name.strip_prefix(&self.about.name)?.starts_with("__");
                (ours && name.ends_with(".snap")).then(|| format!("{folder}/{name}"))
            });
        Ok(files.collect())
    }

    /// The command that checks it.
    pub(super) fn command(&self, verb: &str) -> String {
        format!(
            "cargo run -- {verb} {} {}",
            self.chapter_short(),
            self.short()
        )
    }

    /// What is asked: the starter's `//!`, as Markdown.
    pub(super) fn statement(&self, root: &Path) -> anyhow::Result<String> {
        let path = root.join(self.file());
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(statement(&text))
    }
}

fn statement(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
    // A link to an item leads nowhere on a page: its brackets go, and the name stays.
    let text = lines.collect::<Vec<_>>().join("\n");
    text.trim().replace("[`", "`").replace("`]", "`")
}

#[cfg(test)]
mod tests;
