//! The configuration: what holds, from where, and what an operator is told who has made a
//! mistake.

use std::path::PathBuf;

use operations::{Config, Loaded, Period, Source, Sources};

/// What the three of them say.
fn load(
    file: Option<&str>,
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chat.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).expect("a file");
    }
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let sources = Sources {
        defaults: &[],
        file: file.map(|_| path),
        environment: environment.iter().map(own).collect(),
        flags: flags
            .iter()
            .map(|(field, text)| {
                (
                    format!("--set {field}"),
                    (*field).to_owned(),
                    (*text).to_owned(),
                )
            })
            .collect(),
    };
    let place = format!("{}/", folder.path().display());
    sources
        .load()
        .map_err(|mistakes| mistakes.to_string().replace(&place, ""))
}

fn good(
    file: Option<&str>,
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Loaded {
    load(file, environment, flags).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn wrong(
    file: Option<&str>,
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> String {
    load(file, environment, flags).expect_err("a mistake")
}

#[test]
fn without_a_word_the_defaults_hold() {
    assert_eq!(good(None, &[], &[]).config, Config::default());
    assert_eq!(good(Some(""), &[], &[]).config, Config::default());
}

#[test]
fn flags_are_stronger_than_the_environment_and_that_than_the_file() {
    let file =
        "listen = \"127.0.0.1:1\"\n\n[drain]\nover = \"1s\"\n[log]\nlevel = \"warn\"\n";
    let environment = [
        ("CHAT_DRAIN_OVER", "2s"),
        ("CHAT_LOG_LEVEL", "debug"),
        ("PATH", "/bin"),
    ];
    let loaded = good(Some(file), &environment, &[("log.level", "error")]);
    let port = loaded.config.listen.port();
    assert_eq!((port, loaded.config.drain.over), (1, Period::from_secs(2)));
    assert!(matches!(loaded.source("listen"), Source::File(_, 1)));
    let variable = Source::Environment("CHAT_DRAIN_OVER".to_owned());
    assert_eq!(loaded.source("drain.over"), variable);
    let flag = Source::Flag("--set log.level".to_owned());
    assert_eq!(loaded.source("log.level"), flag);
    assert_eq!(loaded.source("data"), Source::Default);
}

#[test]
fn a_text_needs_no_quotes_outside_of_a_file() {
    for folder in ["/srv/chat", "\"/srv/chat\"", "'/srv/chat'"] {
        let loaded = good(None, &[("CHAT_DATA", folder)], &[]);
        assert_eq!(loaded.config.data, PathBuf::from("/srv/chat"));
    }
    // Also one that looks like something else.
    for folder in ["2016", "true", "a = 1\nb = 2"] {
        let loaded = good(None, &[("CHAT_DATA", folder)], &[]);
        assert_eq!(loaded.config.data, PathBuf::from(folder));
    }
    let loaded = good(None, &[("CHAT_QUOTA", "1_000_000")], &[]);
    assert_eq!(loaded.config.quota, Some(1_000_000));
}

#[test]
fn a_mistake_names_its_place_its_field_and_a_remedy() {
    let file = "listen = \"127.0.0.1:1\"\n\n[drain]\novr = \"1s\"\n";
    let expected = "chat.toml, line 4: there is no setting `drain.ovr`: did you mean `drain.over`?";
    assert_eq!(wrong(Some(file), &[], &[]), expected);

    let text = wrong(Some("[drain]\n# minutes\n\nover = 10\n"), &[], &[]);
    assert!(
        text.starts_with("chat.toml, line 4: `drain.over`: "),
        "{text}"
    );

    let text = wrong(Some("[drain]\nover = \"10\"\n"), &[], &[]);
    assert!(
        text.starts_with("chat.toml, line 2: `drain.over`: `10` is no time"),
        "{text}"
    );
    assert!(text.contains("as in 250ms, 10s"), "{text}");

    let text = wrong(Some("listen = \"nowhere\"\n"), &[], &[]);
    assert!(text.starts_with("chat.toml, line 1: `listen`: "), "{text}");

    let text = wrong(Some("listen = \n"), &[], &[]);
    assert!(text.starts_with("chat.toml, line 1: "), "{text}");

    let text = wrong(Some("a = 1\na = 2\n"), &[], &[]);
    assert!(
        text.starts_with("chat.toml, line 2: duplicate key"),
        "{text}"
    );
}

#[test]
fn the_environment_and_the_command_line_name_theirs() {
    let text = wrong(None, &[("CHAT_DRAIN_OVR", "1s")], &[]);
    assert_eq!(
        text,
        "CHAT_DRAIN_OVR: there is no setting of this name: did you mean `CHAT_DRAIN_OVER`?"
    );
    let text = wrong(None, &[("CHAT_LIMITS_BURST", "many")], &[]);
    assert!(
        text.starts_with("CHAT_LIMITS_BURST: `limits.burst`: "),
        "{text}"
    );
    let text = wrong(None, &[], &[("log.level", "loud")]);
    assert!(
        text.starts_with("--set log.level: `log.level`: unknown variant `loud`"),
        "{text}"
    );
}

#[test]
fn all_mistakes_are_told_and_not_only_the_first() {
    let file = "listen = 7\ncolour = \"red\"\n[limits]\nburst = -1\n";
    let text = wrong(Some(file), &[("CHAT_LOG_FORMAT", "xml")], &[]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    for (line, start) in lines.iter().zip([
        "chat.toml, line 2: there is no setting `colour`",
        "chat.toml, line 4: `limits.burst`: ",
        "chat.toml, line 1: `listen`: ",
        "CHAT_LOG_FORMAT: `log.format`: ",
    ]) {
        assert!(text.contains(start), "{line}\n{text}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let sources = Sources {
        file: Some(PathBuf::from("no/such/chat.toml")),
        ..Sources::default()
    };
    let wrong = sources.load().expect_err("there is none").to_string();
    assert!(wrong.starts_with("no/such/chat.toml: "), "{wrong}");
}

#[test]
fn the_admin_address_is_not_opened_to_others_by_mistake() {
    let open = [("admin", "0.0.0.0:9016")];
    let text = wrong(None, &[], &open);
    assert!(
        text.starts_with("--set admin: `admin`: others could reach it"),
        "{text}"
    );
    let meant = [open[0], ("admin_beyond_loopback", "true")];
    assert!(good(None, &[], &meant).config.admin_beyond_loopback);
}

#[test]
fn what_lets_nobody_in_is_refused() {
    let text = wrong(Some("[limits]\nconnections = 0\n"), &[], &[]);
    assert!(
        text.starts_with("chat.toml, line 2: `limits.connections`: "),
        "{text}"
    );
}

#[test]
fn chapter_15s_settings_are_among_them() {
    let file = "[gate]\nhosts = [\"chat.example\"]\norigins = [\"https://chat.example\"]\n\
                [gate.limits]\nsign_up_per_address = { at_once = 1, per_minute = 2 }\n";
    let loaded = good(
        Some(file),
        &[("CHAT_GATE_PROXIES", "10.0.0.0/8, ::1/128")],
        &[],
    );
    let gate = &loaded.config.gate;
    assert_eq!(gate.limits.sign_up_per_address.per_minute, 2);
    assert_eq!(gate.proxies.len(), 2);
    let text = wrong(Some("[gate]\norigins = [\"chat.example\"]\n"), &[], &[]);
    assert!(
        text.starts_with("chat.toml, line 2: `gate.origins`: "),
        "{text}"
    );
}

#[test]
fn a_server_that_others_can_reach_has_to_know_its_name() {
    let text = wrong(None, &[], &[("listen", "0.0.0.0:3016")]);
    assert!(text.starts_with("default: `gate.hosts`: "), "{text}");
    // On this machine it is called by the names of this machine.
    let config = good(None, &[], &[]).config;
    let gate = config.gate("127.0.0.1:4711".parse().expect("an address"));
    assert_eq!(gate.hosts, ["127.0.0.1:4711", "localhost:4711"]);
    assert!(!gate.secure_cookies);
}

#[test]
fn what_holds_is_shown_as_it_would_stand_in_a_file() {
    let loaded = good(
        Some("[drain]\nover = \"60s\"\n"),
        &[("CHAT_QUOTA", "5")],
        &[],
    );
    let shown: Vec<_> = loaded.settings().collect();
    let find = |field: &str| {
        let setting = shown.iter().find(|(key, ..)| key.field == field);
        setting.map(|(_, value, _)| value.as_str())
    };
    assert_eq!(find("drain.over"), Some("\"1m\""));
    assert_eq!(find("quota"), Some("5"));
    let tries = find("gate.limits.wrong_per_name");
    assert_eq!(tries, Some("{ at_once = 100, per_minute = 10 }"));
}
