//! What an operator types.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, KEYS, Loaded, Mistakes, Sources};

/// A chat server that is started, watched, stopped and brought back.
#[derive(Debug, Clone, Parser)]
#[command(
    long_about = ABOUT,
    after_long_help = settings(),
    max_term_width = 88,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What is to hold.
    #[command(flatten)]
    pub flags: Flags,
    /// What is to be done; to serve, if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const ABOUT: &str = "\
A chat server that is started, watched, stopped and brought back.

Without a command it serves. SIGTERM or Ctrl-C stops it: people are sent away one after
the other, and what was accepted is kept. A second signal ends it at once.

What holds is said in a file, which --config names; what the environment says is
stronger, and what the command line says is stronger still. Nothing secret is among it:
the keys are in the data folder.";

/// What holds, as the command line says it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct Flags {
    /// The file in which the settings are
    #[arg(long, short, value_name = "FILE", env = "CHAT_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Where people come in [default: 127.0.0.1:3016]
    #[arg(long, value_name = "ADDRESS", global = true)]
    listen: Option<String>,
    /// Where the operator looks [default: 127.0.0.1:9016]
    #[arg(long, value_name = "ADDRESS", global = true)]
    admin: Option<String>,
    /// The data folder [default: data]
    #[arg(long, value_name = "FOLDER", global = true)]
    data: Option<String>,
    /// Over how long people are sent away at a stop [default: 10s]
    #[arg(long, value_name = "TIME", global = true)]
    drain_over: Option<String>,
    /// What the log looks like: text or json [default: text]
    #[arg(long, value_name = "FORMAT", global = true)]
    log_format: Option<String>,
    /// How much is written: error, warn, info, debug, trace or off [default: info]
    #[arg(long, value_name = "LEVEL", global = true)]
    log_level: Option<String>,
    /// Any other setting, of those below
    #[arg(long, value_name = "SETTING=VALUE", global = true, value_parser = pair)]
    set: Vec<(String, String)>,
    /// What holds in this program where nobody says anything: the setting, and its value.
    #[arg(skip)]
    pub defaults: &'static [(&'static str, &'static str)],
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Print what holds and where it was said, and start nothing
    CheckConfig,
    /// Copy the data into an empty folder, while the server runs or not
    Backup {
        /// The folder
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// Copy keys.toml as well: whoever has both can try passwords
        #[arg(long)]
        with_keys: bool,
    },
    /// Bring a backup back; no server may run
    Restore {
        /// The backup's folder
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
        /// Do it although there are data: they are kept in a folder beside
        #[arg(long)]
        replace: bool,
    },
    /// Begin a new key for passwords; it holds from the next start on
    RotateKeys {
        /// Take this old key away instead; no server may run
        #[arg(long, value_name = "KEY")]
        retire: Option<String>,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=');
    let (field, value) =
        pair.ok_or("write it as SETTING=VALUE, as in limits.rooms=8")?;
    Ok((field.trim().to_owned(), value.trim().to_owned()))
}

impl Flags {
    /// The configuration: from the file, this process's environment, and these flags.
    ///
    /// # Errors
    ///
    /// With every mistake there is.
    pub fn load(&self) -> Result<Loaded, Mistakes> {
        // A name or a value that is not UTF-8 is none of ours.
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let sources = Sources {
            defaults: self.defaults,
            file: self.config.clone(),
            environment: environment.collect(),
            flags: self.settings(),
        };
        sources.load()
    }

    /// Each setting that is said: by which flag, and its value.
    fn settings(&self) -> Vec<(String, String, String)> {
        let flags = [
            ("--listen", "listen", &self.listen),
            ("--admin", "admin", &self.admin),
            ("--data", "data", &self.data),
            ("--drain-over", "drain.over", &self.drain_over),
            ("--log-format", "log.format", &self.log_format),
            ("--log-level", "log.level", &self.log_level),
        ];
        // What is said of any setting is the weaker: a flag of its own is more plain.
        let any = self.set.iter().map(|(field, value)| {
            let flag = format!("--set {field}");
            (flag, field.clone(), value.clone())
        });
        let own = flags.into_iter().filter_map(|(flag, field, value)| {
            let value = value.clone()?;
            Some((flag.to_owned(), field.to_owned(), value))
        });
        any.chain(own).collect()
    }
}

/// The settings, for `--help`.
fn settings() -> String {
    let mut text =
        "All settings, as they stand in the file and follow --set. A dot is for a \
                    table: over in\n[drain]. In the environment drain.over is \
                    CHAT_DRAIN_OVER.\n"
            .to_owned();
    for key in KEYS {
        text.push_str(&format!("\n  {:<33} {}", key.field, key.about));
    }
    text
}

/// What `check-config` prints: each setting as it would stand in the file, and who has said it.
pub(crate) fn show(loaded: &Loaded) -> String {
    let settings: Vec<_> = loaded.settings().collect();
    let lines = settings.iter().map(|(key, value, source)| {
        let setting = format!("{} = {value}", key.field);
        format!("{setting:<52} # {source}\n")
    });
    let mut text: String = lines.collect();
    let Config { listen, .. } = &loaded.config;
    if loaded.config.gate.hosts.is_empty() {
        let gate = loaded.config.gate(*listen);
        text.push_str(&format!(
            "\n{listen} is of this machine, and no host is named:\n\
             the server is called {}, and its cookies need no TLS.\n",
            gate.hosts.join(" or ")
        ));
    }
    text
}
