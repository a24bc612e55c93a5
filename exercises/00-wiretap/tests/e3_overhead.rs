use ex00_wiretap as subject;

#[path = "checks/e3_overhead.rs"]
mod checks;
