use ex04_http_streaming as subject;

#[path = "checks/e3_lines.rs"]
mod checks;
