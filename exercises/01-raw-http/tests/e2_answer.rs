use ex01_raw_http as subject;

#[path = "checks/e2_answer.rs"]
mod checks;
