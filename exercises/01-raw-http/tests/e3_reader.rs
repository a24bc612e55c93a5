use ex01_raw_http as subject;

#[path = "checks/e3_reader.rs"]
mod checks;
