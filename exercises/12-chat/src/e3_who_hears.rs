//! Ann has one window, and Bob has two: his phone and his laptop. All three have said hello.
//! Then, one after the other:
//!
//! ```text
//!  1   Ann joins the room
//!  2   Bob's phone joins it
//!  3   Bob's laptop joins it
//!  4   Bob types on his laptop
//!  5   Ann says "Hello"
//!  6   Bob's phone leaves the room
//!  7   Bob's laptop says "Hi"
//!  8   Bob's laptop joins the room, again
//!  9   Bob's laptop is shut: its connection is lost
//! ```
//!
//! Write down, before you run it, what each of the three hears. The checks play it with the
//! chapter's server, and compare. Each thing that is heard is one of these:
//!
//! ```text
//! joined 0: Ann, Bob       the answer to a join: the number so far, and who is there
//! left                     the answer to a leave
//! here Bob                 somebody has come
//! gone Bob                 somebody has left
//! typing Bob               somebody is writing
//! 1 Ann: Hello             a message: its number, its author, its text
//! ```

/// What is heard, in order.
pub type Heard = &'static [&'static str];

/// What each of them hears.
pub struct Prediction {
    /// Ann.
    pub ann: Heard,
    /// Bob's phone.
    pub phone: Heard,
    /// Bob's laptop, until it is shut.
    pub laptop: Heard,
}

/// Your prediction.
pub fn prediction() -> Prediction {
    todo!("write down what each of them hears, before you run it")
}
