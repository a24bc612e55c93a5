use ex04_http_streaming as subject;

#[path = "checks/e1_chunks.rs"]
mod checks;
