//! The keys that are mixed into passwords, in a file beside the database.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::KeeperError;
use crate::private;

/// One key: 256 random bits.
type Key = [u8; 32];

/// The keys that are mixed into passwords before these are hashed (a *pepper*): whoever has a
/// copy of the database and not of this file cannot try a single password.
///
/// ```toml
/// current = "k2-51c0"
///
/// [keys]
/// k1-9be4 = "…"
/// k2-51c0 = "…"
/// ```
///
/// With `current` a password is hashed. The others are for passwords that were hashed before:
/// these are hashed anew when somebody signs in.
///
/// No two keys have the same id, whichever file they are in: a part of it is random. So keys
/// of two files can be put together in one.
#[derive(Clone)]
pub struct Keys {
    path: PathBuf,
    current: String,
    keys: BTreeMap<String, Key>,
}

/// The file, as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    current: String,
    keys: BTreeMap<String, String>,
}

impl Keys {
    /// Reads the file, or begins one with one key, which its owner alone may read.
    ///
    /// # Errors
    ///
    /// When it cannot be read or made, when others may read it (on Unix), and when there is
    /// something else in it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, KeeperError> {
        let path = path.as_ref();
        if let Some(keys) = Self::load(path)? {
            return Ok(keys);
        }
        let (current, keys) = Default::default();
        let mut keys = Self {
            path: path.to_owned(),
            current,
            keys,
        };
        keys.rotate()?;
        Ok(keys)
    }

    /// Reads the file; `None` if there is none.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>, KeeperError> {
        let fault = |text: String| KeeperError::Keys(path.to_owned(), text);
        match fs::read_to_string(path) {
            Ok(text) => {
                check_readers(path).map_err(fault)?;
                Self::read(path, &text).map_err(fault).map(Some)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(error.to_string())),
        }
    }

    fn read(path: &Path, text: &str) -> Result<Self, String> {
        // What stands in the file stands in no error: `message` has no piece of it.
        let written: Written =
            toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let mut keys = BTreeMap::new();
        for (id, key) in written.keys {
            let bytes = STANDARD.decode(key).unwrap_or_default();
            let key = Key::try_from(bytes);
            let key =
                key.map_err(|_| format!("keys.{id}: 32 bytes in Base64 belong here"))?;
            keys.insert(id, key);
        }
        let current = written.current;
        if !keys.contains_key(&current) {
            return Err(format!("current: there is no key {current:?}"));
        }
        Ok(Self {
            path: path.to_owned(),
            current,
            keys,
        })
    }

    /// Adds a new key, with which passwords are hashed from now on, and gives its id. A server
    /// that runs reads the file when it is started again.
    ///
    /// # Errors
    ///
    /// When the file cannot be written. Then it is as it was; or it has the new key as well,
    /// when the disk fails at the very end.
    pub fn rotate(&mut self) -> Result<&str, KeeperError> {
        let last = self.keys.keys().filter_map(|id| number(id)).max();
        let last = last.unwrap_or(0);
        let mut next = self.clone();
        let unlike: u16 = rand::random();
        next.current = format!("k{}-{unlike:04x}", last.saturating_add(1));
        next.keys.insert(next.current.clone(), rand::random());
        next.write()?;
        *self = next;
        Ok(&self.current)
    }

    /// Takes a key away. No password may have been hashed with it: see
    /// [`Keeper::passwords_under`](crate::Keeper::passwords_under).
    ///
    /// # Errors
    ///
    /// When there is no such key, when it is the current one, and when the file cannot be
    /// written. Then it is as it was; or the key is gone, when the disk fails at the very end.
    pub fn retire(&mut self, id: &str) -> Result<(), KeeperError> {
        let mut next = self.clone();
        let fault =
            |text: &str| Err(KeeperError::Keys(self.path.clone(), text.to_owned()));
        if id == self.current {
            return fault("the current key cannot be retired: rotate first");
        }
        if next.keys.remove(id).is_none() {
            return fault("there is no such key");
        }
        next.write()?;
        *self = next;
        Ok(())
    }

    /// The id of the key with which passwords are hashed.
    pub fn current(&self) -> &str {
        &self.current
    }

    /// The ids of all keys.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }

    /// By what a key is known again where it must not stand itself. From 256 random bits
    /// nobody finds out what they were.
    pub(crate) fn mark(&self, id: &str) -> Option<[u8; 32]> {
        let marked = Sha256::new().chain_update("a key of a chat\n");
        Some(marked.chain_update(self.get(id)?).finalize().into())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes another file and then puts it in the place of the old one, so that there is a
    /// whole one at any time, also after a loss of power. The new one is on the disk when this
    /// returns.
    fn write(&self) -> Result<(), KeeperError> {
        let mut text = format!("current = {:?}\n\n[keys]\n", self.current);
        for (id, key) in &self.keys {
            text.push_str(&format!("{id:?} = \"{}\"\n", STANDARD.encode(key)));
        }
        let beside = self.path.with_extension("toml.new");
        let written = create_private(&beside)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&beside, &self.path))
            // Until the folder is on the disk, the old file may come back, and there are
            // passwords soon that need the new one.
            .and_then(|()| private::sync_folder_of(&self.path));
        written.map_err(|error| KeeperError::Keys(self.path.clone(), error.to_string()))
    }
}

/// The ids, and none of the keys.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("path", &self.path)
            .field("current", &self.current)
            .field("ids", &self.keys.keys())
            .finish_non_exhaustive()
    }
}

/// The how manieth key of its file it is: 12 for `k12-9be4`.
fn number(id: &str) -> Option<u64> {
    let (number, _) = id.strip_prefix('k')?.split_once('-')?;
    number.parse().ok()
}

/// One that is left of an attempt is begun anew.
fn create_private(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => private::options().create_new(true).open(path),
    }
}

#[cfg(unix)]
fn check_readers(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = fs::metadata(path).map_err(|error| error.to_string())?;
    match mode.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => Err("others than its owner may read or write it: chmod 600".to_owned()),
    }
}

/// Elsewhere it is for the folder to keep others out.
#[cfg(not(unix))]
fn check_readers(_: &Path) -> Result<(), String> {
    Ok(())
}
