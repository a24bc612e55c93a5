//! The keys that are mixed into passwords, in a file beside the database.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::error::KeeperError;
use crate::private;

/// One key: 256 random bits.
type Key = [u8; 32];

/// The keys that are mixed into passwords before these are hashed (a *pepper*): whoever has a
/// copy of the database and not of this file cannot try a single password.
///
/// ```toml
/// current = "k2"
///
/// [keys]
/// k1 = "…"
/// k2 = "…"
/// ```
///
/// With `current` a password is hashed. The others are for passwords that were hashed before:
/// these are hashed anew when somebody signs in.
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
        let fault = |text: String| KeeperError::Keys(path.to_owned(), text);
        match fs::read_to_string(path) {
            Ok(text) => {
                check_readers(path).map_err(fault)?;
                Self::read(path, &text).map_err(fault)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (current, keys) = Default::default();
                let mut keys = Self {
                    path: path.to_owned(),
                    current,
                    keys,
                };
                keys.rotate()?;
                Ok(keys)
            }
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
    /// When the file cannot be written. Then it is as it was.
    pub fn rotate(&mut self) -> Result<&str, KeeperError> {
        let number = |id: &String| id.strip_prefix('k')?.parse::<u64>().ok();
        let last = self.keys.keys().filter_map(number).max().unwrap_or(0);
        let mut next = self.clone();
        next.current = format!("k{}", last.saturating_add(1));
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
    /// written. Then it is as it was.
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

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes another file and then puts it in the place of the old one, so that there is a
    /// whole one at any time. It is durable before a password is hashed with a new key: else a
    /// loss of power might leave the password and take the key.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_added_and_retired() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let mut keys = Keys::open(&path).expect("a new file");
        assert_eq!(keys.current(), "k1");
        let first = *keys.get("k1").expect("a key");
        keys.retire("k1").expect_err("it is the current one");
        assert_eq!(keys.rotate().expect("a file"), "k2");

        let mut again = Keys::open(&path).expect("the same file");
        assert_eq!(again.ids().collect::<Vec<_>>(), ["k1", "k2"]);
        assert_eq!((again.current(), again.get("k1")), ("k2", Some(&first)));
        again.retire("k1").expect("nobody uses it");
        again.retire("k1").expect_err("it is gone");
        let last = Keys::open(&path).expect("the same file");
        assert_eq!(last.ids().collect::<Vec<_>>(), ["k2"]);
    }

    #[test]
    fn a_key_stands_in_no_error_and_in_no_debug() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let keys = Keys::open(&path).expect("a new file");
        let text = fs::read_to_string(&path).expect("text");
        let secret = STANDARD.encode(keys.get("k1").expect("a key"));
        assert!(text.contains(&secret));
        assert!(!format!("{keys:?}").contains(&secret));
        for broken in [
            text.replace("[keys]", "[keys"),
            text.replace("\"k1\" = \"", "\"k1\" = \"x"),
            text.replace("current", "curent"),
            text.replace("= \"k1\"", "= \"k7\""),
            text.replace(&format!("\"{secret}\""), &secret),
        ] {
            fs::write(&path, &broken).expect("a file");
            let error = Keys::open(&path).expect_err("a fault in it").to_string();
            assert!(!error.contains(&secret[..8]), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        Keys::open(&path).expect("a new file");
        let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
        let error = Keys::open(&path).expect_err("too many readers");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}
