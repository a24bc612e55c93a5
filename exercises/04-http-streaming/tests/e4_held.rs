use ex04_http_streaming as subject;

#[path = "checks/e4_held.rs"]
mod checks;
