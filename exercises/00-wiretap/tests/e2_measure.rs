use ex00_wiretap as subject;

#[path = "checks/e2_measure.rs"]
mod checks;
