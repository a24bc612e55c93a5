//! `Sec-WebSocket-Extensions`, in requests and in answers (RFC 6455 §9.1).

use std::fmt;

use raw_http::Headers;

use crate::heads::is_token;

/// The field's name.
pub(crate) const SEC_WEBSOCKET_EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// One extension that is offered or agreed on, with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its name, such as `permessage-deflate`.
    pub name: String,
    /// Its parameters in their order. One may be repeated here; whether it may be is for
    /// the extension to say.
    pub parameters: Vec<(String, Option<String>)>,
}

/// A value that is not a list of extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Extension {
    /// An extension without parameters.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            parameters: Vec::new(),
        }
    }

    /// With one more parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Option<&str>) -> Self {
        let value = value.map(str::to_owned);
        self.parameters.push((name.into(), value));
        self
    }

    /// Every extension of a head, in order; several fields are one list.
    pub(crate) fn list(headers: &Headers) -> Result<Vec<Self>, Malformed> {
        // A quoted value must be a token once it is unquoted, so that no comma and no
        // semicolon in one can be mistaken for a separator: it is malformed anyway.
        let members = headers.list(SEC_WEBSOCKET_EXTENSIONS);
        members.map(Self::parse).collect()
    }

    /// `token *( ";" token [ "=" ( token / quoted-string ) ] )`
    fn parse(member: &str) -> Result<Self, Malformed> {
        let mut parts = member.split(';').map(|part| part.trim_matches([' ', '\t']));
        let name = parts
            .next()
            .filter(|name| is_token(name))
            .ok_or(Malformed)?;
        let parameters = parts.map(parameter).collect::<Result<_, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            parameters,
        })
    }

    /// Whether every part of it can be written.
    pub(crate) fn is_valid(&self) -> bool {
        is_token(&self.name)
            && self.parameters.iter().all(|(name, value)| {
                is_token(name) && value.as_deref().is_none_or(is_token)
            })
    }

    /// What a field says for these.
    pub(crate) fn join(extensions: &[Self]) -> String {
        let texts: Vec<_> = extensions.iter().map(Self::to_string).collect();
        texts.join(", ")
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (name, value) in &self.parameters {
            write!(f, "; {name}")?;
            if let Some(value) = value {
                write!(f, "={value}")?;
            }
        }
        Ok(())
    }
}

fn parameter(text: &str) -> Result<(String, Option<String>), Malformed> {
    let trim = |text: &'_ str| text.trim_matches([' ', '\t']).to_owned();
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (trim(name), Some(unquote(&trim(value))?)),
        None => (text.to_owned(), None),
    };
    let is_valid = is_token(&name) && value.as_deref().is_none_or(is_token);
    is_valid.then_some((name, value)).ok_or(Malformed)
}

/// `quoted-string` (RFC 9110 §5.6.4) without its quotes, or the text as it is.
fn unquote(text: &str) -> Result<String, Malformed> {
    let Some(rest) = text.strip_prefix('"') else {
        return Ok(text.to_owned());
    };
    let inner = rest.strip_suffix('"').ok_or(Malformed)?;
    let mut unquoted = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        unquoted.push(match character {
            '\\' => characters.next().ok_or(Malformed)?,
            '"' => return Err(Malformed),
            character => character,
        });
    }
    Ok(unquoted)
}
