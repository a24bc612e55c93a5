//! Your code under the checks.

use ex16_operations as subject;

#[path = "checks/e4_buckets.rs"]
mod checks;
