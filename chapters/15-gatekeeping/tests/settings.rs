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

#[test]
fn origins_are_as_browsers_write_them() {
    let checked = |origin: &str| {
        let mut settings = Settings::on_loopback(([127, 0, 0, 1], 3015).into());
        settings.origins.push(origin.to_owned());
        settings.check().map_err(|error| error.setting)
    };
    for origin in [
        "https://chat.example",
        "https://chat.example:8443",
        "http://chat.example:443",
        "https://xn--caf-dma.example",
        "http://localhost:1",
        "http://127.0.0.1:65535",
        "http://[::1]:3015",
        "https://[2001:db8::1]",
        // Of a server that is to listen at any port.
        "http://127.0.0.1:0",
    ] {
        assert_eq!(checked(origin), Ok(()), "{origin}");
    }
    for origin in [
        "https://chat.example:443",
        "http://chat.example:80",
        "https://chat.example:",
        "https://chat.example:0443",
        "https://chat.example:65536",
        "https://chat.example:1:2",
        "https://:8443",
        "https://..",
        "https://chat..example",
        "https://Chat.example",
        "https://[::1",
        "https://[chat]",
        "https://[::1]8443",
        "https://",
        "wss://chat.example",
        "https://user@chat.example",
        "null",
    ] {
        assert_eq!(checked(origin), Err("origins"), "{origin}");
    }
}

#[test]
fn on_loopback_a_server_is_called_as_browsers_call_it() {
    for (address, hosts) in [
        ("127.0.0.1:3015", ["127.0.0.1:3015", "localhost:3015"]),
        ("127.0.0.1:80", ["127.0.0.1", "localhost"]),
        ("[::1]:80", ["[::1]", "localhost"]),
        ("[::1]:8080", ["[::1]:8080", "localhost:8080"]),
    ] {
        let settings = Settings::on_loopback(address.parse().expect("an address"));
        assert_eq!(settings.check(), Ok(()), "{address}");
        assert_eq!(settings.hosts, hosts);
        assert_eq!(settings.origins, hosts.map(|host| format!("http://{host}")));
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
