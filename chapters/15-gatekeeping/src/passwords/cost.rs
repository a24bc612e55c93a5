//! What it takes to hash a password.

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;

/// What a hash cost.
pub(super) fn of(phc: &str) -> Option<Params> {
    let hash = PasswordHash::new(phc).ok()?;
    Params::try_from(&hash).ok()
}

/// Whether a hash cost what hashes cost now.
pub(super) fn is(phc: &str, params: &Params) -> bool {
    of(phc).is_some_and(|then| {
        (then.m_cost(), then.t_cost(), then.p_cost())
            == (params.m_cost(), params.t_cost(), params.p_cost())
    })
}

/// How many KiB are gone through.
pub(super) fn work(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}

/// A cost that makes up for the difference, in no more memory than hashes take now; `None`
/// where it is too small for a hash.
pub(super) fn missing(then: &Params, now: &Params) -> Option<Params> {
    let rest = work(now).checked_sub(work(then))?;
    let passes = now.t_cost();
    let memory = u32::try_from(rest / u64::from(passes)).ok()?;
    Params::new(memory, passes, 1, None).ok()
}
