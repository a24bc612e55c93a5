//! The terminal: how it is taken, and given back as it was.

use std::io::{IsTerminal as _, Write as _, stdin, stdout};
use std::{io, panic, process};

use gatekeeping::api::Secret;
use ratatui::crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEventKind,
    KeyModifiers, read,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::{DefaultTerminal, restore, try_init};
use tokio::sync::mpsc::{Receiver, channel};

/// How many keys may wait.
const KEYS: usize = 64;

/// The terminal, taken. When this is dropped, it is as it was before; so it is when the
/// program panics, on whichever thread: then it ends.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) terminal: DefaultTerminal,
}

impl Screen {
    pub(crate) fn take() -> io::Result<Self> {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
            process::exit(101);
        }));
        let terminal = try_init()?;
        let screen = Self { terminal };
        execute!(stdout(), EnableBracketedPaste)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // Whether or not that works: what follows has to be done too.
    let _ = execute!(stdout(), DisableBracketedPaste);
    restore();
}

/// What is typed. The thread that waits for it ends with the program.
pub(crate) fn keys() -> Receiver<Event> {
    let (tell, keys) = channel(KEYS);
    std::thread::spawn(move || {
        while let Ok(event) = read() {
            if tell.blocking_send(event).is_err() {
                return;
            }
        }
    });
    keys
}

/// Resolves when the system wants the program to end.
pub(crate) async fn ended() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::hangup(),
            SignalKind::interrupt(),
            SignalKind::terminate(),
        ];
        let [Ok(mut hangup), Ok(mut interrupt), Ok(mut terminate)] = kinds.map(signal)
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Asks for a password, and shows nothing of it.
pub(crate) fn password(who: &str) -> io::Result<Secret> {
    if !stdin().is_terminal() {
        let why = "there is nobody to ask for a password: set CHAT_PASSWORD";
        return Err(io::Error::other(why));
    }
    // Whoever sees the question is not seen any more.
    enable_raw_mode()?;
    let password = ask(who);
    disable_raw_mode()?;
    writeln!(stdout())?;
    password
}

fn ask(who: &str) -> io::Result<Secret> {
    let mut out = stdout();
    write!(out, "password of {who}: ")?;
    out.flush()?;
    unseen()
}

fn unseen() -> io::Result<Secret> {
    let mut password = String::new();
    loop {
        let Event::Key(key) = read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Ok(Secret::new(password)),
            KeyCode::Char('c' | 'd') if control => {
                return Err(io::Error::other("no password"));
            }
            KeyCode::Char('u') if control => password.clear(),
            KeyCode::Char(letter) if !control => password.push(letter),
            KeyCode::Backspace => {
                password.pop();
            }
            _ => {}
        }
    }
}
