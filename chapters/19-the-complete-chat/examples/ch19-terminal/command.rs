//! What may stand in the line besides words.

use history::protocol::{Room, Text};

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Say(Text),
    Help,
    Rooms,
    Who,
    Join(Room),
    Create(String),
    Private(String),
    Invite(String),
    Direct(String),
    Leave,
    Search(Text),
    /// Without words: the last ones are put into the line, to be changed there.
    Edit(Option<Text>),
    Delete,
    SignOut,
    Quit,
}

/// All of them, and what each is for.
pub(crate) const HELP: [(&str, &str); 21] = [
    (
        "/join ROOM",
        "enter a public room, or show one that you are in",
    ),
    ("/create ROOM", "make a public room"),
    ("/private ROOM", "make a room for those who are invited"),
    ("/invite NAME", "let somebody into this room"),
    ("/dm NAME", "talk with somebody alone"),
    ("/leave", "be in this room no longer"),
    ("/rooms", "which rooms there are"),
    ("/who", "who is here now"),
    ("/search WORDS", "find what was said here"),
    (
        "/edit WORDS",
        "say something else instead of your last words",
    ),
    ("/delete", "take your last words back"),
    ("/signout", "end the session and the program"),
    ("/quit", "end the program; also Ctrl-C"),
    ("//…", "say something that begins with a slash"),
    ("", ""),
    (
        "Alt-↓ Alt-↑",
        "the next room, the one before; also Ctrl-N, Ctrl-P",
    ),
    ("Tab", "the next room with something new"),
    ("PgUp PgDn", "look back, and forward again"),
    ("↑ ↓", "what you have written before"),
    ("Ctrl-U Ctrl-W", "delete the line, a word"),
    ("Esc", "close this, and go to what is newest"),
];

/// Reads a line. `Err` says what is wrong with it.
pub(crate) fn parse(line: &str) -> Result<Command, String> {
    let line = line.trim();
    let Some(command) = line.strip_prefix('/') else {
        return text(line).map(Command::Say);
    };
    if command.starts_with('/') {
        return text(command).map(Command::Say);
    }
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    let rest = rest.trim();
    let needed = |what: &str| match rest {
        "" => Err(format!("/{name} needs {what}")),
        rest => Ok(rest.to_owned()),
    };
    Ok(match name {
        "help" | "?" => Command::Help,
        "rooms" => Command::Rooms,
        "who" => Command::Who,
        "join" => Command::Join(room(&needed("the name of a room")?)?),
        "create" => Command::Create(needed("a name for the room")?),
        "private" => Command::Private(needed("a name for the room")?),
        "invite" => Command::Invite(needed("somebody's name")?),
        "dm" => Command::Direct(needed("somebody's name")?),
        "leave" => Command::Leave,
        "search" => Command::Search(text(&needed("words to look for")?)?),
        "edit" if rest.is_empty() => Command::Edit(None),
        "edit" => Command::Edit(Some(text(rest)?)),
        "delete" => Command::Delete,
        "signout" => Command::SignOut,
        "quit" | "exit" => Command::Quit,
        _ => return Err(format!("there is no /{name}: see /help")),
    })
}

fn text(text: &str) -> Result<Text, String> {
    Text::new(text).map_err(|error| error.to_string())
}

fn room(name: &str) -> Result<Room, String> {
    let name = name.strip_prefix('#').unwrap_or(name);
    Room::new(name).map_err(|error| error.to_string())
}
