//! What a check says in the terminal.

use std::io::{self, IsTerminal as _};

use anstream::{print, println};
use anstyle::Style;

use super::{BOLD, DEADLINE, DIM, GOOD, Judgement, OPEN};
use crate::exercises::catalogue::Exercise;
use crate::exercises::target::Verdicts;

/// `3 checks pass`
fn passing(checks: usize) -> String {
    match checks {
        1 => "1 check passes".to_owned(),
        _ => format!("{checks} checks pass"),
    }
}

pub(super) fn print_judgement(exercise: &Exercise, judgement: &Judgement) {
    match judgement {
        Judgement::Solved(checks) => {
            print_line(exercise, GOOD, "solved", &passing(*checks));
            return;
        }
        Judgement::Open(verdicts) => {
            let all = verdicts.passed.len() + verdicts.failed.len();
            let passed = verdicts.passed.len();
            let count = match verdicts.hung {
                true => format!("{}, and one never ends", passing(passed)),
                false => format!("{passed} of {all} checks pass"),
            };
            print_line(exercise, OPEN, "open", &count);
            print_verdicts(verdicts);
        }
        Judgement::DoesNotCompile(errors) => {
            print_line(exercise, OPEN, "open", "it does not compile yet");
            println!("\n{}", errors.trim_end());
        }
        Judgement::ChangedJudges(files) => {
            print_line(exercise, OPEN, "not judged", "");
            println!(
                "\nThese files judge the exercise, and they are not the course's:"
            );
            files.iter().for_each(|file| println!("  {file}"));
            println!(
                "Bring them back (yours are kept in a backup):\n  {BOLD}{} --checks{BOLD:#}",
                exercise.command("reset")
            );
            return;
        }
    }
    println!("\nYour file: {BOLD}{}{BOLD:#}", exercise.file());
    println!("A hint:    {BOLD}{}{BOLD:#}", exercise.command("hint"));
}

/// The first failure in full, the others by name.
fn print_verdicts(verdicts: &Verdicts) {
    if verdicts.hung {
        let seconds = DEADLINE.as_secs();
        println!("\nIt was not done after {seconds} s: a loop in it never ends.");
    }
    let Some((name, message)) = verdicts.failed.first() else {
        return;
    };
    println!("\n{OPEN}✗ {}{OPEN:#}", sentence(name));
    for line in readable(message).lines() {
        match line {
            "" => println!(),
            line => println!("  {line}"),
        }
    }
    let others = &verdicts.failed[1..];
    if !others.is_empty() {
        println!("\n{DIM}These fail as well:{DIM:#}");
        for (name, _) in others {
            println!("  {DIM}✗ {}{DIM:#}", sentence(name));
        }
    }
}

/// `checks::a_body_is_cut` as `a body is cut`.
fn sentence(test: &str) -> String {
    let name = test.rsplit("::").next().unwrap_or(test);
    name.replace('_', " ")
}

/// A panic's message without the thread that it happened on, nor the hint's command, which
/// comes at the end anyway.
fn readable(message: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in message.lines() {
        let plain = anstream::adapter::strip_str(line).to_string();
        if plain.starts_with("A hint: cargo run -- hint") {
            continue;
        }
        let place = line
            .strip_prefix("thread '")
            .and_then(|rest| rest.split_once(" panicked at "))
            .map(|(_, place)| format!("{DIM}{}{DIM:#}", place.trim_end_matches(':')));
        lines.push(place.unwrap_or_else(|| line.to_owned()));
    }
    lines.join("\n").trim_end().to_owned()
}

pub(super) fn print_line(exercise: &Exercise, style: Style, state: &str, note: &str) {
    let (chapter, short) = (exercise.chapter_short(), exercise.short());
    let title = &exercise.about.title;
    let note = if note.is_empty() {
        String::new()
    } else {
        format!("  {DIM}{note}{DIM:#}")
    };
    println!(
        "{style}{state:>10}{style:#}  {chapter} {short}  {BOLD}{title}{BOLD:#}{note}"
    );
}

/// How far one is, when there was more than one exercise to check.
pub(super) fn print_bar(solved: usize, all: usize) {
    if all > 1 {
        println!("\n{}", bar(solved, all));
    }
}

/// `[██████░░░░] 6 of 10 solved`
fn bar(solved: usize, all: usize) -> String {
    const WIDTH: usize = 30;
    let full = (WIDTH * solved).checked_div(all).unwrap_or(WIDTH);
    let bar = "█".repeat(full) + &"░".repeat(WIDTH - full);
    format!("{bar}  {solved} of {all} solved")
}

/// A line that says what is being done, on a terminal, for as long as it takes.
pub(super) struct Waiting {
    /// How many characters are to be wiped.
    width: usize,
}

impl Waiting {
    pub(super) fn start(exercise: &Exercise) -> Self {
        if !io::stdout().is_terminal() {
            return Self { width: 0 };
        }
        let (chapter, short) = (exercise.chapter_short(), exercise.short());
        let line = format!("  checking  {chapter} {short}  {}", exercise.about.title);
        print!("{DIM}{line}{DIM:#}");
        flush();
        Self {
            width: line.chars().count(),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // With blanks: an escape sequence is not printed where there is no colour.
        if self.width > 0 {
            print!("\r{:width$}\r", "", width = self.width);
            flush();
        }
    }
}

fn flush() {
    // A line that tells of progress is no reason to fail.
    let _ = io::Write::flush(&mut io::stdout());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_made_readable() {
        let message = "thread 'checks::a' (7) panicked at src/e1.rs:3:5:\n\
                       not yet implemented: do it\n\nA hint: cargo run -- hint ex00 e1";
        let plain = anstream::adapter::strip_str(&readable(message)).to_string();
        assert_eq!(plain, "src/e1.rs:3:5\nnot yet implemented: do it");
    }

    #[test]
    fn a_tests_name_is_a_sentence() {
        assert_eq!(
            sentence("checks::a_line_end_is_two_bytes"),
            "a line end is two bytes"
        );
    }

    #[test]
    fn the_bar_is_as_full_as_the_work_is_done() {
        assert_eq!(bar(0, 3), "░".repeat(30) + "  0 of 3 solved");
        assert_eq!(
            bar(1, 3),
            "█".repeat(10) + &"░".repeat(20) + "  1 of 3 solved"
        );
        assert_eq!(bar(0, 0), "█".repeat(30) + "  0 of 0 solved");
    }
}
