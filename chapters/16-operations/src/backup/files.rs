//! Files that are on the disk when we say so, and that nobody else may read.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::error::BackupError;

/// Makes a folder that only its owner may look into. One that is there stays as it is.
pub(crate) fn make_folder(path: &Path) -> Result<(), BackupError> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| BackupError::io(path, &error))
}

/// From now on only its owner may read the file.
pub(super) fn only_ours(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = fs::Permissions::from_mode(0o600);
        fs::set_permissions(path, permissions)
            .map_err(|error| BackupError::io(path, &error))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Waits until the disk has the file.
pub(super) fn sync(path: &Path) -> Result<(), BackupError> {
    let means = |error| BackupError::io(path, &error);
    // Windows syncs only what is open for writing.
    let file = File::options().write(true).open(path).map_err(means)?;
    file.sync_all().map_err(means)
}

/// Waits until the disk has the names of the files in a folder.
pub(super) fn sync_folder(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    {
        let means = |error| BackupError::io(path, &error);
        File::open(path).map_err(means)?.sync_all().map_err(means)?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// How many bytes a file has, and their SHA-256.
pub(super) fn digest(path: &Path) -> Result<(u64, String), BackupError> {
    let means = |error| BackupError::io(path, &error);
    let mut file = File::open(path).map_err(means)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(means)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    let hex = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((bytes, hex))
}
