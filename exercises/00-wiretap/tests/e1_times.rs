use ex00_wiretap as subject;

#[path = "checks/e1_times.rs"]
mod checks;
