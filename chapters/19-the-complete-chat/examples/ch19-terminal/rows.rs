//! What is said as rows of the screen, and which of them are seen.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::Ui;
use super::room::{Older, Place, RoomView, Said};
use super::text::{cut, width, wrap};

/// No name takes more columns than this in front of what was said.
const NAME: usize = 16;

const DIM: Style = Style::new().add_modifier(Modifier::DIM);

impl RoomView {
    /// The last rows of the room as far as they are seen, the first one on top.
    pub(crate) fn rows(
        &self,
        me: &str,
        columns: usize,
        height: usize,
    ) -> Vec<Line<'_>> {
        // From below, until there is no room any more.
        let mut rows: Vec<Line<'_>> = Vec::new();
        let hidden = self.place.map_or(0, |place| place.hidden);
        let end = self.place.map_or(u64::MAX, |place| place.seq);
        if self.place.is_none() {
            for (_, text) in self.waiting.iter().rev().take(height) {
                rows.extend(rows_of(me, text, columns, DIM).into_iter().rev());
            }
        }
        for (_, said) in self.said.range(..=end).rev() {
            if rows.len() >= height + hidden {
                break;
            }
            rows.extend(said.rows(me, columns).into_iter().rev());
        }
        rows.drain(..hidden.min(rows.len()));
        if rows.len() < height {
            rows.extend(self.beginning());
        }
        rows.truncate(height);
        rows.reverse();
        rows
    }

    /// What stands above the oldest message that is here.
    fn beginning(&self) -> Option<Line<'_>> {
        let text = match self.older {
            Older::None if self.said.is_empty() => "nobody has said anything yet",
            Older::None => return None,
            Older::Asked | Older::Unknown => "…",
            Older::More => "PgUp for what is older",
        };
        Some(Line::styled(text, DIM))
    }
}

impl Said {
    fn rows(&self, me: &str, columns: usize) -> Vec<Line<'_>> {
        let name = match self.name == me {
            true => Style::new().add_modifier(Modifier::BOLD),
            false => Style::new().fg(color(&self.name)),
        };
        match (&self.text, self.is_changed) {
            (None, _) => rows_of(&self.name, "(deleted)", columns, DIM),
            (Some(text), false) => rows_of(&self.name, text, columns, name),
            (Some(text), true) => {
                rows_of(&self.name, &format!("{text} (edited)"), columns, name)
            }
        }
    }
}

/// A name, and beside it what was said. What waits for its answer is dim as a whole.
fn rows_of(name: &str, text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let name = cut(name, NAME.min(columns / 3));
    let indent = width(&name) + 2;
    let rest = match style == DIM {
        true => DIM,
        false => Style::new(),
    };
    let rows = wrap(text, columns.saturating_sub(indent)).into_iter();
    let row = |(place, row): (usize, String)| {
        let first = match place {
            0 => format!("{name}: "),
            _ => " ".repeat(indent),
        };
        Line::from(vec![Span::styled(first, style), Span::styled(row, rest)])
    };
    rows.enumerate().map(row).collect()
}

/// The same for the same name: what tells people apart is the name and not its colour.
fn color(name: &str) -> Color {
    const COLORS: [Color; 6] = [
        Color::Cyan,
        Color::Green,
        Color::Magenta,
        Color::Yellow,
        Color::Blue,
        Color::Red,
    ];
    let sum: usize = name.bytes().map(usize::from).sum();
    COLORS[sum % COLORS.len()]
}

impl Ui {
    /// So many rows are turned at a time.
    pub(super) fn page_rows(&self) -> usize {
        self.height().saturating_sub(2).max(1)
    }

    /// Looks further back, and asks for what is older in time.
    pub(super) fn back(&mut self, rows: usize) {
        if let Some(panel) = &mut self.panel {
            panel.above = panel.above.saturating_sub(rows);
            return;
        }
        let (height, columns) = (self.height(), self.columns());
        let Some(view) = self.rooms.get_mut(self.current) else {
            return;
        };
        let me = self.me.clone();
        let height_of = |said: &Said| said.rows(&me, columns).len();
        let Some((newest, _)) = view.said.last_key_value() else {
            return;
        };
        let start = view.place.unwrap_or(Place {
            seq: *newest,
            hidden: 0,
        });
        let above = view.said.range(..=start.seq).rev();
        let total: usize = above.map(|(_, said)| height_of(said)).sum();
        // The oldest row goes no further down than to the upper edge.
        let most = total.saturating_sub(height);
        let mut hidden = (start.hidden + rows).min(most);
        let mut seq = start.seq;
        for (at, said) in view.said.range(..=start.seq).rev() {
            seq = *at;
            let tall = height_of(said);
            if hidden < tall {
                break;
            }
            hidden -= tall;
        }
        if most > 0 {
            view.place = Some(Place { seq, hidden });
        }
        let near = start.hidden + 2 * rows >= most;
        let room = view.info.room.clone();
        if near {
            self.ask_for_older(&room);
        }
    }

    /// Looks further forth; at the end, it stays there.
    pub(super) fn forth(&mut self, rows: usize) {
        if let Some(panel) = &mut self.panel {
            let last = panel.rows.len().saturating_sub(1);
            panel.above = (panel.above + rows).min(last);
            return;
        }
        let columns = self.columns();
        let me = self.me.clone();
        let Some(view) = self.rooms.get_mut(self.current) else {
            return;
        };
        let Some(mut place) = view.place else { return };
        let mut left = rows;
        let mut newer = view.said.range(place.seq + 1..);
        loop {
            if left <= place.hidden {
                place.hidden -= left;
                view.place = Some(place);
                return;
            }
            left -= place.hidden;
            let Some((seq, said)) = newer.next() else {
                break;
            };
            let hidden = said.rows(&me, columns).len();
            place = Place { seq: *seq, hidden };
        }
        view.place = None;
        self.tell_read();
    }
}
