//! What the bot answers: words in, words out.

use std::time::Duration;

/// The most dice at a time, and the most sides of one.
const DICE: u32 = 20;
const SIDES: u32 = 1000;

/// Nobody is reminded later than this.
const LATEST: Duration = Duration::from_secs(7 * 24 * 3600);

const HELP: &str = "I know: !dice 2d6 (two dice with six sides), !remind 10m tea (also s, h, \
                    d; 7 days at most), !help";

/// What comes of something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// This is said at once.
    Say(String),
    /// Whoever has asked is reminded of this after this time.
    Remind(Duration, String),
}

/// The answer to `text`; `None` to what is not for a bot. `die` throws one with so many
/// sides.
pub(crate) fn answer(text: &str, die: impl FnMut(u32) -> u32) -> Option<Answer> {
    let command = text.strip_prefix('!')?.trim();
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    let answered = match name {
        "help" => Ok(Answer::Say(HELP.to_owned())),
        "dice" => dice(rest.trim(), die),
        "remind" => remind(rest.trim()),
        // It may be meant for another bot.
        _ => return None,
    };
    Some(answered.unwrap_or_else(|why| Answer::Say(why.to_owned())))
}

fn dice(what: &str, mut die: impl FnMut(u32) -> u32) -> Result<Answer, &'static str> {
    const HOW: &str = "like this: !dice 2d6, with up to 20 dice of up to 1000 sides";
    let what = if what.is_empty() { "1d6" } else { what };
    let (count, sides) = what.split_once(['d', 'D']).ok_or(HOW)?;
    let count = if count.is_empty() { "1" } else { count };
    let count: u32 = count.parse().map_err(|_| HOW)?;
    let sides: u32 = sides.parse().map_err(|_| HOW)?;
    if !(1..=DICE).contains(&count) || !(2..=SIDES).contains(&sides) {
        return Err(HOW);
    }
    let thrown: Vec<u32> = (0..count).map(|_| die(sides)).collect();
    let sum: u32 = thrown.iter().sum();
    let each: Vec<String> = thrown.iter().map(u32::to_string).collect();
    Ok(Answer::Say(match count {
        1 => format!("{what}: {sum}"),
        _ => format!("{what}: {} = {sum}", each.join(" + ")),
    }))
}

fn remind(what: &str) -> Result<Answer, &'static str> {
    const HOW: &str =
        "like this: !remind 10m tea, with s, m, h or d, and 7 days at most";
    let (time, of) = what.split_once(' ').ok_or(HOW)?;
    let unit = time.chars().last().ok_or(HOW)?;
    let number: u64 = time[..time.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| HOW)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        _ => return Err(HOW),
    };
    let time = Duration::from_secs(number.checked_mul(seconds).ok_or(HOW)?);
    let of = of.trim();
    if time > LATEST || of.is_empty() {
        return Err(HOW);
    }
    Ok(Answer::Remind(time, of.to_owned()))
}
