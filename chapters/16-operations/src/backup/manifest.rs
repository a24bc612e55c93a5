//! What belongs to a backup.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

use super::error::BackupError;
use super::files::{digest, sync};
use super::{DATABASES, KEYS};

/// The file in which it stands.
pub(super) const NAME: &str = "backup.json";

/// What this program writes.
const FORMAT: u32 = 1;

/// What belongs to a backup, and how to see that it is still what it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    /// When it was finished, for people.
    made: String,
    files: Vec<Part>,
}

/// What every version of it has.
#[derive(Deserialize)]
struct Header {
    format: u32,
}

/// One of its files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Manifest {
    pub(super) fn new(files: Vec<Part>) -> Self {
        let mut made = String::new();
        // To write into a String cannot fail.
        let _ = SystemTime.format_time(&mut Writer::new(&mut made));
        Self {
            format: FORMAT,
            made,
            files,
        }
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        fs::write(&path, text).map_err(|error| BackupError::io(&path, &error))?;
        sync(&path)
    }

    /// Reads it, and looks whether all of it is there and is what it was.
    pub(super) fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => BackupError::NoBackup(folder.to_owned()),
            _ => BackupError::io(&path, &error),
        })?;
        let damaged = |error: serde_json::Error| {
            BackupError::Damaged(path.clone(), error.to_string())
        };
        let header: Header = serde_json::from_str(&text).map_err(damaged)?;
        if header.format != FORMAT {
            return Err(BackupError::Newer(path));
        }
        let manifest: Self = serde_json::from_str(&text).map_err(damaged)?;
        manifest.check(folder)?;
        Ok(manifest)
    }

    fn check(&self, folder: &Path) -> Result<(), BackupError> {
        for Part {
            name,
            bytes,
            sha256,
        } in &self.files
        {
            // It says itself where it is to be written to.
            if !DATABASES.contains(&&**name) && name != KEYS {
                let found = format!("`{name}` is no file of a backup");
                return Err(BackupError::Damaged(folder.join(NAME), found));
            }
            let path = folder.join(name);
            if digest(&path)? != (*bytes, sha256.clone()) {
                let found = "it is not what was written into the backup".to_owned();
                return Err(BackupError::Damaged(path, found));
            }
        }
        for name in DATABASES {
            if !self.has(name) {
                return Err(BackupError::NoData(folder.join(name)));
            }
        }
        Ok(())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.files.iter().any(|part| part.name == name)
    }

    pub(super) fn made(&self) -> &str {
        &self.made
    }

    pub(super) fn sizes(&self) -> Vec<(String, u64)> {
        let files = self.files.iter();
        files.map(|part| (part.name.clone(), part.bytes)).collect()
    }
}
