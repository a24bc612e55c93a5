use ex03_long_polling as subject;

#[path = "checks/e1_overslept.rs"]
mod checks;
