//! From a file, the environment and the command line to one configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::Config;
use super::keys::{KEYS, Key};
use super::mistake::{Mistake, Mistakes};

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody has said anything.
    Default,
    /// This line of this file.
    File(PathBuf, usize),
    /// The environment: this variable.
    Environment(String),
    /// The command line: this flag.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}, line {line}", path.display()),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// What somebody has said about the configuration, the weakest first: what a later one says
/// holds.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What the program says: the setting, and its value.
    pub defaults: &'static [(&'static str, &'static str)],
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The environment. Of it only what begins with `CHAT_` is looked at.
    pub environment: Vec<(String, String)>,
    /// What the command line says: the flag as it was written, the setting, and its value.
    pub flags: Vec<(String, String, String)>,
}

/// A configuration, and where each of its settings comes from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What holds.
    pub config: Config,
    from: BTreeMap<&'static str, Source>,
}

/// One setting that was found.
struct Found {
    field: String,
    value: Value,
    source: Source,
}

impl Sources {
    /// Reads all of them.
    ///
    /// # Errors
    ///
    /// Every mistake that there is, and not the first one only. Nothing that is unknown is
    /// passed over.
    pub fn load(&self) -> Result<Loaded, Mistakes> {
        let mut mistakes = Vec::new();
        let defaults = self.defaults.iter().map(|(field, text)| Found {
            field: (*field).to_owned(),
            value: meant(field, text),
            source: Source::Default,
        });
        let mut found: Vec<_> = defaults.collect();
        if let Some(path) = &self.file {
            match read(path) {
                Ok(settings) => found.extend(settings),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        found.extend(self.spoken());
        let mut all = Value::Object(Map::new());
        let mut from = BTreeMap::new();
        for Found {
            field,
            value,
            source,
        } in found
        {
            match checked(&field, value, &source) {
                Ok((key, value)) => {
                    put(&mut all, key.field, value);
                    from.insert(key.field, source);
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        let config: Config = serde_json::from_value(all).map_err(|error| {
            // Each was good by itself.
            Mistakes(vec![Mistake::whole(error.to_string())])
        })?;
        let loaded = Loaded { config, from };
        let wrong = loaded.config.check().into_iter();
        mistakes.extend(
            wrong.map(|(field, text)| Mistake::new(loaded.source(field), field, text)),
        );
        if mistakes.is_empty() {
            Ok(loaded)
        } else {
            Err(Mistakes(mistakes))
        }
    }

    /// What the environment says, and then the command line.
    fn spoken(&self) -> impl Iterator<Item = Found> {
        let variables = self.environment.iter().filter_map(|(name, text)| {
            // It says where the file is, and is read by whoever names the sources.
            if !name.starts_with("CHAT_") || name == "CHAT_CONFIG" {
                return None;
            }
            let key = KEYS.iter().find(|key| key.variable() == *name);
            let field = key.map_or(name.as_str(), |key| key.field);
            Some((field, text, Source::Environment(name.clone())))
        });
        let flags = self.flags.iter();
        let flags = flags.map(|(flag, field, text)| {
            (field.as_str(), text, Source::Flag(flag.clone()))
        });
        variables.chain(flags).map(|(field, text, source)| Found {
            value: meant(field, text),
            field: field.to_owned(),
            source,
        })
    }
}

impl Loaded {
    /// Where a setting comes from.
    pub fn source(&self, field: &str) -> Source {
        self.from.get(field).cloned().unwrap_or(Source::Default)
    }

    /// Each setting, its value as it would stand in the file, and where it comes from.
    pub fn settings(&self) -> impl Iterator<Item = (&'static Key, String, Source)> {
        let all = serde_json::to_value(&self.config).unwrap_or_default();
        KEYS.iter().map(move |key| {
            let value = get(&all, key.field).cloned().unwrap_or_default();
            let text = match value {
                Value::Null => "(none)".to_owned(),
                value => toml(&value),
            };
            (key, text, self.source(key.field))
        })
    }
}

/// A value as it stands in a file.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let fields = table.iter();
            let fields =
                fields.map(|(name, value)| format!("{name} = {}", toml(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(toml).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            value.to_string()
        }
    }
}

/// The settings of a file, each with its line.
fn read(path: &Path) -> Result<Vec<Found>, Mistake> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Mistake::file(path, error.to_string()))?;
    let wrong = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| line_of(&text, span.start));
        Mistake::line(path, line, error.message())
    };
    let spans = DeTable::parse(&text).map_err(wrong)?;
    let values: Value = toml::from_str(&text).map_err(wrong)?;
    let mut found = Vec::new();
    collect(path, &text, "", spans.get_ref(), &values, &mut found);
    Ok(found)
}

/// Takes the settings out of a table: what is none itself, and holds some, is a table of
/// them.
fn collect(
    path: &Path,
    text: &str,
    above: &str,
    table: &DeTable<'_>,
    values: &Value,
    found: &mut Vec<Found>,
) {
    for (name, spanned) in table {
        let field = format!("{above}{}", name.get_ref());
        let value = &values[name.get_ref().as_ref()];
        let below = format!("{field}.");
        let holds_some = KEYS.iter().any(|key| key.field.starts_with(&below));
        match spanned.get_ref() {
            DeValue::Table(table) if holds_some => {
                collect(path, text, &below, table, value, found);
            }
            _ => {
                let line = line_of(text, name.span().start);
                found.push(Found {
                    field,
                    value: value.clone(),
                    source: Source::File(path.to_owned(), line),
                });
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// A setting that there is, with a value that it may have.
fn checked(
    field: &str,
    value: Value,
    source: &Source,
) -> Result<(&'static Key, Value), Mistake> {
    let known = KEYS.iter().find(|key| key.field == field);
    let Some(key) = known else {
        return Err(Mistake::unknown(source.clone(), field));
    };
    match allowed(field, &value) {
        Ok(()) => Ok((key, value)),
        Err(text) => Err(Mistake::new(source.clone(), field, text)),
    }
}

/// Whether the setting may have this value, whatever the others have.
fn allowed(field: &str, value: &Value) -> Result<(), String> {
    let mut alone = Value::Object(Map::new());
    put(&mut alone, field, value.clone());
    let config = serde_json::from_value::<Config>(alone);
    config.map(drop).map_err(|error| error.to_string())
}

/// What is meant by a text outside of a file: a value of TOML, or a text that needs no quotes
/// here, or several with commas between them.
fn meant(field: &str, text: &str) -> Value {
    let toml: Option<Map<String, Value>> =
        toml::from_str(&format!("value = {text}")).ok();
    let toml = toml.filter(|table| table.len() == 1);
    let toml = toml.and_then(|mut table| table.remove("value"));
    let list = text.split(',').map(|part| Value::from(part.trim()));
    let candidates = [toml, Some(Value::from(text)), Some(list.collect())];
    let mut candidates = candidates.into_iter().flatten();
    let good = candidates.find(|value| allowed(field, value).is_ok());
    good.unwrap_or_else(|| Value::from(text))
}

fn put(all: &mut Value, field: &str, value: Value) {
    let mut place = all;
    for name in field.split('.') {
        place = &mut place[name];
    }
    *place = value;
}

fn get<'a>(all: &'a Value, field: &str) -> Option<&'a Value> {
    field
        .split('.')
        .try_fold(all, |place, name| place.get(name))
}
