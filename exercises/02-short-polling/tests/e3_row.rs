use ex02_short_polling as subject;

#[path = "checks/e3_row.rs"]
mod checks;
