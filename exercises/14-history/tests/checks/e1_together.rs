//! Messages that come while a disk works, and what becomes of them.

use std::collections::{BTreeSet, VecDeque};

use wiretap::verdict::{self, Rule};

use crate::subject::e1_together::{Full, MOST, Message, World, run};

const DURABLE: Rule = Rule::new(
    "chapter 14",
    "A message is acknowledged when a sync behind its write has succeeded, and not before.",
);
const TOGETHER: Rule = Rule::new("chapter 14", "Messages that wait share one sync.");
const ALONE: Rule = Rule::new(
    "chapter 14",
    "A message does not wait for others: when nothing else is there, it is synced.",
);
const BOUND: Rule = Rule::new("the exercise", "At most MOST messages share a sync.");
const FAILED: Rule = Rule::new(
    "the exercise",
    "When a sync fails, none of the messages that it was for has been accepted.",
);
const DURABLE_IS_ACCEPTED: Rule = Rule::new(
    "the exercise",
    "What a sync has made durable is accepted, whatever became of another one.",
);
const ORDER: Rule = Rule::new(
    "the exercise",
    "Messages are written and answered in the order in which they came.",
);
const EACH: Rule = Rule::new(
    "the exercise",
    "Each message is written once, and has one answer.",
);

/// A disk, those who write to it, and a note of everything.
#[derive(Default)]
struct Scene {
    /// What is there now, and what comes while the disk works, sync by sync.
    there: VecDeque<Message>,
    coming: VecDeque<Vec<Message>>,
    /// Which syncs fail, counted from 0.
    failing: BTreeSet<usize>,
    /// What is written and not synced, and how many have been written at all. Messages are
    /// numbered as they come.
    written: Vec<Message>,
    next: usize,
    durable: BTreeSet<String>,
    syncs: usize,
    answered: Vec<(Message, Result<(), Full>)>,
    /// What has been taken and has no answer.
    open: usize,
}

fn message(text: impl ToString) -> Message {
    Message(text.to_string())
}

impl Scene {
    fn new(there: usize, coming: &[usize]) -> Self {
        let mut numbers = 0..;
        let mut some = |count| numbers.by_ref().take(count).map(message).collect();
        let there: Vec<Message> = some(there);
        Self {
            there: there.into(),
            coming: coming.iter().map(|count| some(*count)).collect(),
            ..Self::default()
        }
    }

    fn played(mut self) -> Self {
        run(&mut self);
        if self.open > 0 {
            let why = format!("{} messages were taken and have no answer.", self.open);
            verdict::fail(EACH, why);
        }
        self
    }
}

impl World for Scene {
    fn wait(&mut self) -> Option<Message> {
        if self.there.is_empty() && self.open > 0 {
            let why = format!(
                "You wait for the next message, and {} that you have taken are not \
                 answered. It may take an hour.",
                self.open
            );
            verdict::fail(ALONE, why);
        }
        if self.there.is_empty() {
            self.there.extend(self.coming.pop_front()?);
        }
        self.take()
    }

    fn take(&mut self) -> Option<Message> {
        let message = self.there.pop_front()?;
        self.open += 1;
        Some(message)
    }

    fn write(&mut self, message: &Message) {
        let number: usize = message.0.parse().expect("messages are numbered");
        let next = self.next;
        if number < next {
            let why = format!(
                "Number {number} is written twice. Who reads the log hears it twice."
            );
            verdict::fail(EACH, why);
        }
        if number > next {
            let why =
                format!("Number {number} is written, and number {next} is not yet.");
            verdict::fail(ORDER, why);
        }
        self.next += 1;
        self.written.push(message.clone());
    }

    fn sync(&mut self) -> Result<(), Full> {
        if self.written.len() > MOST {
            let why = format!("{} messages stand behind one sync.", self.written.len());
            verdict::fail(BOUND, why);
        }
        let written = std::mem::take(&mut self.written);
        self.there
            .extend(self.coming.pop_front().unwrap_or_default());
        self.syncs += 1;
        if self.failing.contains(&(self.syncs - 1)) {
            return Err(Full);
        }
        self.durable
            .extend(written.into_iter().map(|message| message.0));
        Ok(())
    }

    fn answer(&mut self, message: Message, outcome: Result<(), Full>) {
        if outcome.is_ok() && !self.durable.contains(&message.0) {
            let why = match self.failing.is_empty() {
                true => {
                    "You acknowledge a message that no sync has made durable. If the \
                         power fails now, somebody was promised what is not there."
                }
                false => "You acknowledge a message whose sync has failed.",
            };
            verdict::fail(
                if self.failing.is_empty() {
                    DURABLE
                } else {
                    FAILED
                },
                why,
            );
        }
        if outcome.is_err() && self.durable.contains(&message.0) {
            let why =
                "You refuse a message that is durable: its author will say it again.";
            verdict::fail(DURABLE_IS_ACCEPTED, why);
        }
        self.open = self.open.saturating_sub(1);
        self.answered.push((message, outcome));
    }
}

fn assert_syncs(scene: &Scene, expected: usize) {
    let syncs = scene.syncs;
    if syncs != expected {
        let why = format!("These take {expected} syncs, and you make {syncs}.");
        verdict::fail(TOGETHER, why);
    }
}

fn assert_answers(scene: &Scene, expected: usize) {
    let answers = scene.answered.len();
    if answers != expected {
        let why = format!("{expected} messages came, and you give {answers} answers.");
        verdict::fail(EACH, why);
    }
}

#[test]
fn a_message_alone() {
    let scene = Scene::new(1, &[]).played();
    assert_syncs(&scene, 1);
    verdict::equal(EACH, vec![(message(0), Ok(()))], scene.answered);
}

#[test]
fn those_who_come_while_the_disk_works() {
    let scene = Scene::new(1, &[6, 0, 3]).played();
    if scene.syncs == 10 {
        let why = "Ten messages came, and you synced ten times. Six of them were there \
                   together.";
        verdict::fail(TOGETHER, why);
    }
    assert_syncs(&scene, 3);
    let answered: Vec<String> = scene.answered.into_iter().map(|it| it.0.0).collect();
    let expected: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    verdict::text(ORDER, expected.join(" "), answered.join(" "));
}

#[test]
fn a_crowd() {
    let scene = Scene::new(3 * MOST + 1, &[]).played();
    assert_answers(&scene, 3 * MOST + 1);
    assert_syncs(&scene, 4);
}

#[test]
fn a_disk_that_is_full_for_a_while() {
    let mut scene = Scene::new(2, &[3, 4]);
    scene.failing = BTreeSet::from([1]);
    let scene = scene.played();
    let refused: Vec<&str> = scene
        .answered
        .iter()
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(message, _)| message.0.as_str())
        .collect();
    verdict::equal(FAILED, vec!["2", "3", "4"], refused);
    assert_answers(&scene, 9);
}
