//! Whether a request asks to upgrade.

use raw_http::Headers;

/// Whether `Connection` names `Upgrade`.
pub fn asks_to_upgrade(headers: &Headers) -> bool {
    // All fields of the name, and of each all members: one list.
    let fields = headers.get_all("Connection");
    let members = fields.flat_map(|value| value.split(','));
    let mut members = members.map(|member| member.trim_matches([' ', '\t']));
    members.any(|member| member.eq_ignore_ascii_case("upgrade"))
}
