use ex02_short_polling as subject;

#[path = "checks/e1_since.rs"]
mod checks;
