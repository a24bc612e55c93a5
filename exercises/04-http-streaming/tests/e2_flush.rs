use ex04_http_streaming as subject;

#[path = "checks/e2_flush.rs"]
mod checks;
