//! What an operator may write into a file.

use std::time::Duration;

use gatekeeping::{Keeper, KeeperError, Settings};

#[test]
fn what_is_not_there_has_its_default() {
    let settings: Settings = toml::from_str("").expect("nothing");
    assert_eq!(settings, Settings::default());
    let text = r#"
        hosts = ["chat.example"]
        origins = ["https://chat.example"]
        proxies = ["10.0.0.0/8", "::1/128"]
        [session]
        idle = 3600
        [limits]
        rooms = 5
        sign_in_per_address = { at_once = 1, per_minute = 2 }
    "#;
    let settings: Settings = toml::from_str(text).expect("settings");
    assert_eq!(settings.check(), Ok(()));
    assert_eq!(settings.session.idle, Duration::from_secs(3600));
    assert_eq!((settings.limits.rooms, settings.limits.members), (5, 128));
    assert!(settings.secure_cookies);
}

#[test]
fn what_there_is_not_is_refused() {
    for text in [
        "hots = []",
        "proxies = [\"10.0.0.0/40\"]",
        "[session]\nidle = -1",
        "[limits]\nsign_in_per_address = { at_once = 1 }",
    ] {
        toml::from_str::<Settings>(text).expect_err(text);
    }
}

/// Makes one setting wrong.
type Fault = fn(&mut Settings);

#[test]
fn settings_with_which_no_server_can_run_are_named() {
    let good = || Settings::on_loopback(([127, 0, 0, 1], 3015).into());
    assert_eq!(good().check(), Ok(()));
    let wrong: [(&str, Fault); 8] = [
        ("hosts", |s| s.hosts.clear()),
        ("origins", |s| {
            s.origins.push("https://a.example/".to_owned())
        }),
        ("origins", |s| s.origins.push("*".to_owned())),
        ("min_password", |s| s.min_password = 4),
        ("hashing.memory", |s| s.hashing.memory = 7),
        ("hashing.at_once", |s| s.hashing.at_once = 0),
        ("session.idle", |s| s.session.idle = Duration::MAX),
        ("limits.tickets", |s| s.limits.tickets = 0),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (setting, break_it) in wrong {
        let mut settings = good();
        break_it(&mut settings);
        let error = settings.check().expect_err(setting);
        assert_eq!(error.setting, setting);
        let opened = Keeper::open(folder.path(), settings);
        assert_eq!(opened.err(), Some(KeeperError::Setting(error)));
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}
