//! Every solution passes the checks of its exercise.

use super::super::catalogue::Catalogue;
use super::{Proof, Stage};
use crate::problem::Problem;

pub(super) fn check(
    proof: &Proof<'_>,
    catalogue: &Catalogue,
) -> anyhow::Result<Vec<Problem>> {
    let built = proof.built(catalogue, "sol")?;
    let stage = Stage {
        name: "solution",
        folder: "solutions",
        praise: |verdicts| format!("all {} checks pass", verdicts.passed.len()),
    };
    proof.judge_all(catalogue, &built, &stage, |exercise, verdicts| {
        let file = exercise.file().replacen("exercises/", "solutions/", 1);
        let hang = verdicts.hung.then(|| {
            Problem::new(&file, "the solution hangs", "see what it waits for")
        });
        let failure = |(name, message): &(String, String)| {
            Problem::new(&file, format!("the solution fails `{name}`"), message)
        };
        hang.into_iter()
            .chain(verdicts.failed.iter().map(failure))
            .collect()
    })
}
