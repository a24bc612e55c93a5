//! What is done beside serving.

use std::path::Path;

use gatekeeping::{Keeper, Keys};

use crate::backup::{BackupError, KEYS, Restored, backup, lock, restore};
use crate::cli::{Command, show};
use crate::config::{Config, Loaded};
use crate::trouble::Trouble;

/// Does what a command says. Gives what there is to tell.
///
/// # Errors
///
/// When it is not done: see [`Trouble`].
///
/// # Cancel safety
///
/// When it is dropped, it is done or not.
pub(crate) async fn perform(
    command: &Command,
    loaded: &Loaded,
) -> Result<String, Trouble> {
    let config = &loaded.config;
    let data = &config.data;
    match command {
        Command::CheckConfig => Ok(show(loaded)),
        Command::Backup { to, with_keys } => {
            let done = backup(data, to, *with_keys)?;
            let note = if done.with_keys {
                "keys.toml is in it: keep it where nobody else can read it"
            } else {
                "keys.toml is not in it: keep a copy of it elsewhere, or nobody can sign in \
                 to what is restored"
            };
            let files = sizes(&done.files);
            Ok(format!("{}: {files}, checked\n{note}\n", to.display()))
        }
        Command::Restore { from, replace } => {
            let done = restore(from, data, *replace)?;
            Ok(told(data, &done))
        }
        Command::RotateKeys { retire: None } => rotate(data),
        Command::RotateKeys { retire: Some(key) } => retire(config, key).await,
    }
}

fn sizes(files: &[(String, u64)]) -> String {
    let files = files
        .iter()
        .map(|(name, bytes)| format!("{name} ({bytes} bytes)"));
    files.collect::<Vec<_>>().join(", ")
}

fn told(data: &Path, done: &Restored) -> String {
    let Restored {
        made,
        files,
        replaced,
        has_keys,
    } = done;
    let data = data.display();
    let mut text = format!("{data}: {}, as of {made}\n", sizes(files));
    text.push_str("all sessions are ended: everybody signs in again\n");
    if let Some(replaced) = replaced {
        let kept = format!("what was there before is in {}\n", replaced.display());
        text.push_str(&kept);
    }
    if !has_keys {
        let missing = format!(
            "put keys.toml into {data}: without it the server does not start\n"
        );
        text.push_str(&missing);
    }
    text
}

/// The keys of this folder, if there are some.
fn keys(data: &Path) -> Result<Keys, Trouble> {
    let path = data.join(KEYS);
    if !path.exists() {
        return Err(BackupError::NoData(path).into());
    }
    Ok(Keys::open(path)?)
}

fn rotate(data: &Path) -> Result<String, Trouble> {
    let mut keys = keys(data)?;
    let old = keys.current().to_owned();
    let new = keys.rotate()?.to_owned();
    Ok(format!(
        "{new} is the key for passwords, from the next start of the server on\n\
         {old} stays for those that were hashed with it: each is hashed anew when its owner \
         signs in\nkeep a copy of keys.toml\n"
    ))
}

/// Takes a key away that no password needs. While a server runs it may hash passwords with a
/// key that it has read long ago, so none may run.
async fn retire(config: &Config, key: &str) -> Result<String, Trouble> {
    let mut keys = keys(&config.data)?;
    let _lock = lock(&config.data)?;
    let keeper = Keeper::open(&config.data, config.gate(config.listen))?;
    let passwords = keeper.passwords_under(key).await?;
    keeper.close().await?;
    if passwords > 0 {
        return Err(Trouble::KeyInUse(key.to_owned(), passwords));
    }
    keys.retire(key)?;
    Ok(format!("{key} is gone: no password needs it\n"))
}
