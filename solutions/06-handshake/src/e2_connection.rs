//! Whether a request asks to upgrade.

/// Whether `Connection` names `Upgrade`, among the fields of a head.
pub fn asks_to_upgrade(fields: &[(&str, &str)]) -> bool {
    // All fields of the name, and of each all members: one list.
    let fields = fields.iter();
    let connection = fields.filter(|(name, _)| name.eq_ignore_ascii_case("Connection"));
    let members = connection.flat_map(|(_, value)| value.split(','));
    let mut members = members.map(|member| member.trim_matches([' ', '\t']));
    members.any(|member| member.eq_ignore_ascii_case("upgrade"))
}
