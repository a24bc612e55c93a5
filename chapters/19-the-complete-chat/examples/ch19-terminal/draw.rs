//! The screen.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use super::room::RoomView;
use super::text::{clean_line, cut, width, wrap};
use super::{Link, Ui};

/// The rooms take so many columns, where there are enough for both.
const ROOMS: u16 = 22;
const ENOUGH: u16 = 60;

const NOWHERE: &str = "You are in no room.\n\n\
    /rooms shows which there are, /join ROOM enters one, /create ROOM makes one, and \
    /help shows what else you can do.";

impl Ui {
    fn has_room_list(&self) -> bool {
        self.size.0 >= ENOUGH
    }

    /// The columns of what is said.
    pub(super) fn columns(&self) -> usize {
        let list = if self.has_room_list() { ROOMS } else { 0 };
        usize::from(self.size.0.saturating_sub(list))
    }

    /// The rows of what is said: all but the title, the line, and the state.
    pub(super) fn height(&self) -> usize {
        usize::from(self.size.1.saturating_sub(3))
    }
}

/// Draws all of it.
pub(crate) fn draw(ui: &Ui, frame: &mut Frame<'_>) {
    let rows = Layout::vertical([
        Constraint::Min(0),
        Constraint::Length(1),
        Constraint::Length(1),
    ]);
    let [above, line, state] = rows.areas(frame.area());
    let list = if ui.has_room_list() { ROOMS } else { 0 };
    let columns = Layout::horizontal([Constraint::Length(list), Constraint::Min(0)]);
    let [rooms, room] = columns.areas(above);
    if ui.has_room_list() {
        draw_rooms(ui, frame, rooms);
    }
    draw_room(ui, frame, room);
    draw_line(ui, frame, line);
    draw_state(ui, frame, state);
    if ui.panel.is_some() {
        draw_panel(ui, frame, above);
    }
}

fn draw_rooms(ui: &Ui, frame: &mut Frame<'_>, area: Rect) {
    let block = Block::new().borders(Borders::RIGHT);
    let inner = block.inner(area);
    let height = usize::from(inner.height);
    // The current one is always among those that are seen.
    let first = (ui.current + 1).saturating_sub(height);
    let rows = ui.rooms.iter().enumerate().skip(first).take(height);
    let columns = usize::from(inner.width);
    let rows = rows.map(|(place, view)| {
        let is_current = place == ui.current;
        room_row(view, &ui.me, is_current, columns)
    });
    let rows: Vec<Line<'_>> = rows.collect();
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(rows), inner);
}

fn room_row(
    view: &RoomView,
    me: &str,
    is_current: bool,
    columns: usize,
) -> Line<'static> {
    let count = match view.unread(me) {
        // Whether there is something new is not known.
        (0, _) if !view.is_seated => " ?".to_owned(),
        (0, _) => String::new(),
        (count, true) => format!(" {count}+"),
        (count, false) => format!(" {count}"),
    };
    // What is current, and what is new, is seen without colours as well.
    let mark = if is_current { '>' } else { ' ' };
    let title = cut(&view.title(), columns.saturating_sub(1 + width(&count)));
    let space = columns.saturating_sub(1 + width(&title) + width(&count));
    let style = match (is_current, view.unread(me).0) {
        (true, _) => Style::new().add_modifier(Modifier::REVERSED),
        (false, 1..) => Style::new().add_modifier(Modifier::BOLD),
        (false, 0) => Style::new(),
    };
    let space = " ".repeat(space);
    Line::styled(format!("{mark}{title}{space}{count}"), style)
}

fn draw_room(ui: &Ui, frame: &mut Frame<'_>, area: Rect) {
    let rows = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]);
    let [title, said] = rows.areas(area);
    let Some(view) = ui.current() else {
        let rows = wrap(NOWHERE, usize::from(said.width)).into_iter();
        let rows: Vec<Line<'_>> = rows.map(Line::from).collect();
        frame.render_widget(Paragraph::new(rows), said);
        return;
    };
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let here = match view.here.len() {
        0 => String::new(),
        count => format!("  {count} here"),
    };
    let back = match view.place {
        Some(_) => "  (looking back: Esc ends it)",
        None => "",
    };
    let words = vec![
        Span::styled(view.title(), bold),
        Span::raw(here),
        Span::raw(back),
    ];
    frame.render_widget(Line::from(words), title);
    let height = usize::from(said.height);
    let rows = view.rows(&ui.me, usize::from(said.width), height);
    // What there is stands at the bottom.
    let count = u16::try_from(rows.len()).unwrap_or(said.height);
    let space = said.height.saturating_sub(count);
    let bottom = Rect {
        y: said.y + space,
        height: count,
        ..said
    };
    frame.render_widget(Paragraph::new(rows), bottom);
}

fn draw_line(ui: &Ui, frame: &mut Frame<'_>, area: Rect) {
    const PROMPT: &str = "> ";
    let columns = usize::from(area.width).saturating_sub(width(PROMPT) + 1);
    let before = clean_line(ui.line.before_cursor());
    // Of what is too long, the part before the cursor is seen.
    let over = width(&before).saturating_sub(columns);
    let hidden = width(&cut(&before, over + usize::from(over > 0)));
    let text = clean_line(ui.line.text());
    let start = cut(&text, hidden).len();
    let seen = cut(&text[start..], columns);
    frame.render_widget(Line::from(format!("{PROMPT}{seen}")), area);
    let column = width(PROMPT) + width(&before).saturating_sub(hidden);
    let x = area.x + u16::try_from(column).unwrap_or(area.width);
    let last = area.right().saturating_sub(1);
    frame.set_cursor_position(Position::new(x.min(last), area.y));
}

fn draw_state(ui: &Ui, frame: &mut Frame<'_>, area: Rect) {
    let reversed = Style::new().add_modifier(Modifier::REVERSED);
    let text = state(ui);
    let columns = usize::from(area.width);
    let text = cut(&text, columns);
    let space = " ".repeat(columns.saturating_sub(width(&text)));
    frame.render_widget(Line::styled(text + &space, reversed), area);
}

/// How things are, in one row: what matters most comes first.
fn state(ui: &Ui) -> String {
    let mut why_cut = None;
    let mut parts = vec![match &ui.link {
        Link::Connecting => "connecting".to_owned(),
        Link::Connected => format!("connected as {}", ui.me),
        Link::Cut(why, due) => {
            let wait = due.saturating_duration_since(ui.now).as_secs_f64().ceil();
            why_cut = Some(why.as_str());
            format!("cut off, again in {wait} s")
        }
        Link::Failed(why) => format!("{why}: start the program again to sign in"),
    }];
    if let Some((remark, _)) = &ui.remark {
        parts.insert(0, remark.clone());
    }
    let waiting: usize = ui.rooms.iter().map(|view| view.waiting.len()).sum();
    if waiting > 0 {
        parts.push(format!("{waiting} not accepted yet"));
    }
    let writing = ui.current().map(|view| view.writing(ui.now));
    match writing.as_deref() {
        None | Some([]) => {}
        Some([name]) => parts.push(format!("{name} is writing")),
        Some([_, _, ..]) => parts.push("several are writing".to_owned()),
    }
    parts.extend(why_cut.map(str::to_owned));
    parts.push("/help".to_owned());
    clean_line(&parts.join(" | "))
}

fn draw_panel(ui: &Ui, frame: &mut Frame<'_>, area: Rect) {
    let Some(panel) = &ui.panel else { return };
    let rows = panel.rows.iter().skip(panel.above);
    let rows = rows.map(|row| Line::from(row.as_str()));
    let title = format!(" {} (Esc closes) ", panel.title);
    let block = Block::bordered().title(title);
    let rows: Vec<Line<'_>> = rows.collect();
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(rows).block(block), area);
}
