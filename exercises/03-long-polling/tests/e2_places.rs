use ex03_long_polling as subject;

#[path = "checks/e2_places.rs"]
mod checks;
