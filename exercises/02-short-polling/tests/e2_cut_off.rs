use ex02_short_polling as subject;

#[path = "checks/e2_cut_off.rs"]
mod checks;
