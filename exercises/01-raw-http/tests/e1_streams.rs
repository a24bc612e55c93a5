use ex01_raw_http as subject;

#[path = "checks/e1_streams.rs"]
mod checks;
