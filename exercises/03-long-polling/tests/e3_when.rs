use ex03_long_polling as subject;

#[path = "checks/e3_when.rs"]
mod checks;
