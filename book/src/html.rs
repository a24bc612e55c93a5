//! Text made safe to stand in HTML.

use std::fmt;

/// Shows text with `&`, `<`, `>` and `"` escaped, fit for an element and for an attribute.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let text = r#"a <b> & "c" é"#;
        assert_eq!(
            Escaped(text).to_string(),
            "a &lt;b&gt; &amp; &quot;c&quot; é"
        );
    }
}
