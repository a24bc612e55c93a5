//! Files and folders that nobody but their owner may read, where there are permissions for
//! that. Elsewhere it is for the folder above to keep others out.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// To write a file with.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// An empty file, if there is none.
pub(crate) fn make_file(path: &Path) -> io::Result<()> {
    match options().create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// A folder, and those that it is in, if they are not there.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}

/// Writes to the disk which files there are in the folder of this one. Where a folder cannot
/// be opened as files are, the file system sees to that.
pub(crate) fn sync_folder_of(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = file.parent().filter(|folder| *folder != Path::new(""));
        std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_file_is_on_the_disk_or_that_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        sync_folder_of(&file).expect("a folder");
        sync_folder_of(Path::new("file")).expect("the one in which we are");
        sync_folder_of(&file.join("file")).expect_err("there is none");
    }
}
