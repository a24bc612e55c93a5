//! Solutions to the exercises of chapter 19. Try first: the checks tell you more than a
//! solution does.

pub mod e1_the_tunnel;
pub mod e2_from_where_you_were;
pub mod e3_shown_once;
pub mod e4_what_was_kept;
