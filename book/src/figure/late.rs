//! What is under way for a long time: its arrow leaves in one row and arrives in another,
//! so that what happens meanwhile stands in between, where it belongs.

use wiretap::Entry;

use super::units::Millis;
use super::{side, takes_time};
use crate::html::Escaped;

/// A way that is longer than this is drawn in two parts, in microseconds, when something
/// happens meanwhile.
const LONG_US: u64 = 500_000;

/// Whether its arrival is drawn where it happens: after some of what `follows` it.
pub(super) fn is_late(entry: &Entry, follows: &[Entry]) -> bool {
    takes_time(entry)
        && entry.arrived_us.is_some_and(|arrived| {
            arrived - entry.sent_us >= LONG_US
                && follows.iter().any(|next| next.sent_us < arrived)
        })
}

/// The rows of those that have arrived before `next` is drawn, or of all that are left;
/// they are no longer under way then.
pub(super) fn arrived(next: Option<&Entry>, under_way: &mut Vec<&Entry>) -> String {
    let due = |entry: &Entry| next.is_none_or(|next| comes_before(entry, next));
    let (arrived, still) = under_way.iter().partition(|entry| due(entry));
    *under_way = still;
    let mut arrived: Vec<&Entry> = arrived;
    arrived.sort_by_key(|entry| entry.arrived_us);
    arrived.into_iter().map(arrival).collect()
}

/// Whether `late` has arrived when `next` is sent, or is overtaken by nobody: what a side
/// says on one connection arrives in order.
fn comes_before(late: &Entry, next: &Entry) -> bool {
    let is_behind = (late.connection, late.from) == (next.connection, next.from)
        && takes_time(next)
        && late.arrived_us <= next.arrived_us;
    late.arrived_us <= Some(next.sent_us) || is_behind
}

/// The second part of an arrow.
fn arrival(entry: &Entry) -> String {
    let arrived = entry.arrived_us.unwrap_or(entry.sent_us);
    format!(
        "<li class=\"wire-rest wire-from-{from}\" data-sent-us=\"{arrived}\">\
         <span class=\"wire-row\"><span class=\"wire-label\">\
         <span class=\"wire-what\">{label}</span> \
         <span class=\"wire-length\">has arrived, {took} after it was begun</span></span>\
         <span class=\"wire-arrow\" aria-hidden=\"true\"></span>\
         <span class=\"wire-arrived\"><span class=\"wire-spoken\">at </span>{at}</span>\
         </span></li>\n",
        from = side(entry.from),
        label = Escaped(&entry.label),
        took = Millis(arrived - entry.sent_us),
        at = Millis(arrived),
    )
}
