//! Solutions to the exercises of chapter 3. Try first: the checks tell you more than a
//! solution does.

pub mod e1_overslept;
pub mod e2_places;
pub mod e3_when;
