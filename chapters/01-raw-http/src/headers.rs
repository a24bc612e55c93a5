//! Header fields: an ordered list, not a map.

use std::fmt;

/// The header fields of one message, in the order and the spelling they came with.
///
/// A name may occur more than once, and order matters among equal names (RFC 9110 §5.3),
/// so this is a list. All the text lies in one `String`, and a field is three offsets
/// into it: a head of any size costs two allocations.
#[derive(Clone, Default)]
pub struct Headers {
    text: String,
    fields: Vec<Field>,
}

/// A name and, right after it, its value, as offsets into the text.
#[derive(Clone, Copy)]
struct Field {
    start: usize,
    name_end: usize,
    end: usize,
}

/// Why a name or value cannot be a header field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidField {
    /// The name is not a token (RFC 9110 §5.6.2).
    Name,
    /// The value holds a control character other than a tab (RFC 9110 §5.5). A line end
    /// in a value would let whoever chose it write fields, or a whole message, of its own.
    Value,
}

impl fmt::Display for InvalidField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => {
                "a field name is a token: letters, digits and !#$%&'*+-.^_`|~"
            }
            Self::Value => "a field value has no control character but the tab",
        })
    }
}

impl std::error::Error for InvalidField {}

impl Headers {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty list with room for a head of this size.
    pub(crate) fn with_capacity(bytes: usize, fields: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            fields: Vec::with_capacity(fields),
        }
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Every field, name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| {
            let name = &self.text[field.start..field.name_end];
            (name, &self.text[field.name_end..field.end])
        })
    }

    /// The value of the first field with this name. Names are case-insensitive.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// The values of all fields with this name, in order.
    pub fn get_all<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        self.iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The members of a comma-separated list that may be spread over several fields, such
    /// as `Connection` or `Transfer-Encoding`; empty members are skipped (RFC 9110 §5.6.1).
    pub fn list<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        self.get_all(name)
            .flat_map(|value| value.split(','))
            .map(|member| member.trim_matches([' ', '\t']))
            .filter(|member| !member.is_empty())
    }

    /// Whether the list `name` has the member `token`, in any case.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.list(name)
            .any(|member| member.eq_ignore_ascii_case(token))
    }

    /// Adds a field at the end.
    ///
    /// # Errors
    ///
    /// When the name is not a token or the value has a control character: nothing is
    /// added.
    pub fn try_append(&mut self, name: &str, value: &str) -> Result<(), InvalidField> {
        if !is_token(name) {
            return Err(InvalidField::Name);
        }
        let value = value.trim_matches([' ', '\t']);
        if !value.bytes().all(is_value_byte) {
            return Err(InvalidField::Value);
        }
        self.push(name, value);
        Ok(())
    }

    /// Adds a field at the end: for names and values that the program itself chose. What
    /// comes from outside goes through [`try_append`](Self::try_append).
    ///
    /// # Panics
    ///
    /// When the name or the value is invalid.
    #[track_caller]
    pub fn append(&mut self, name: &str, value: &str) {
        if let Err(error) = self.try_append(name, value) {
            panic!("{name:?}: {value:?}: {error}");
        }
    }

    /// Replaces every field with this name by one at the end.
    ///
    /// # Panics
    ///
    /// When the name or the value is invalid, as [`append`](Self::append).
    #[track_caller]
    pub fn insert(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.append(name, value);
    }

    /// Removes every field with this name.
    pub fn remove(&mut self, name: &str) {
        let text = &self.text;
        self.fields.retain(|field| {
            !text[field.start..field.name_end].eq_ignore_ascii_case(name)
        });
    }

    /// Adds a field that the parser has checked.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.fields.push(Field {
            start,
            name_end,
            end: self.text.len(),
        });
    }

    /// Continues the value of the last field, as obsolete line folding does (RFC 9112
    /// §5.2: the fold becomes one space). `false` when there is no field to continue.
    pub(crate) fn unfold(&mut self, more: &str) -> bool {
        let Some(last) = self.fields.last_mut() else {
            return false;
        };
        if !more.is_empty() {
            self.text.push(' ');
            self.text.push_str(more);
        }
        last.end = self.text.len();
        true
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

impl<'a> FromIterator<(&'a str, &'a str)> for Headers {
    /// # Panics
    ///
    /// As [`append`](Headers::append).
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(fields: T) -> Self {
        let mut headers = Self::new();
        for (name, value) in fields {
            headers.append(name, value);
        }
        headers
    }
}

/// `token` (RFC 9110 §5.6.2): what methods and field names are made of.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| TOKEN[usize::from(byte)])
}

const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*')
            || matches!(byte, b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~');
        byte += 1;
    }
    table
};

/// What may stand in a field value: everything but controls, and the tab.
pub(crate) fn is_value_byte(byte: u8) -> bool {
    byte == b'\t' || !byte.is_ascii_control()
}
