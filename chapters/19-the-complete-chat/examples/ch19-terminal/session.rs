//! Between the terminal and the server: brings each the other's words.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use history::TooManyPending;
use history::protocol::MessageId;
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::crossterm::event::Event;
use the_complete_chat::client::{Account, Guest, Ways};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use wiretap::Dial;

use crate::ui::calls::{Answer, Call};
use crate::ui::{Effect, Ui, draw};

/// From one drawing to the next there is at least this time: what has come meanwhile is
/// drawn at once.
const FRAME: Duration = Duration::from_millis(16);

/// How many requests to the HTTP API are under way at most.
const CALLS: usize = 8;

/// Somebody at a terminal.
pub(crate) struct Session<D: Dial + Clone> {
    account: Arc<Account<D>>,
    guest: Guest<Ways<D>>,
    ui: Ui,
    calls: JoinSet<(Call, Result<Answer, String>)>,
}

impl<D: Dial + Clone> Session<D> {
    pub(crate) fn new(
        account: Arc<Account<D>>,
        guest: Guest<Ways<D>>,
        me: &str,
    ) -> Self {
        Self {
            account,
            guest,
            ui: Ui::new(me, Instant::now().into_std()),
            calls: JoinSet::new(),
        }
    }

    /// Goes on until somebody has seen enough, or `ended` resolves.
    pub(crate) async fn run<B: Backend>(
        mut self,
        terminal: &mut Terminal<B>,
        mut keys: Receiver<Event>,
        ended: impl Future<Output = ()>,
    ) -> io::Result<()>
    where
        B::Error: Send + Sync + 'static,
    {
        let mut ended = pin!(ended);
        let mut ticks = interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut is_drawn, mut next_frame, mut has_news) =
            (false, Instant::now(), true);
        loop {
            if !is_drawn && Instant::now() >= next_frame {
                self.draw(terminal)?;
                (is_drawn, next_frame) = (true, Instant::now() + FRAME);
            }
            let now = || Instant::now().into_std();
            tokio::select! {
                biased;
                () = &mut ended => return Ok(()),
                event = keys.recv() => match event {
                    Some(event) => self.typed(event),
                    None => return Ok(()),
                },
                Some(Ok((call, outcome))) = self.calls.join_next() => {
                    self.ui.answer(&call, outcome);
                }
                news = self.guest.next(), if has_news => match news {
                    Some(news) => self.ui.news(news, now()),
                    None => has_news = false,
                },
                () = sleep_until(next_frame), if !is_drawn => continue,
                _ = ticks.tick() => self.ui.tick(now()),
            }
            is_drawn = false;
            if self.act() {
                return Ok(());
            }
        }
    }

    fn draw<B: Backend>(&mut self, terminal: &mut Terminal<B>) -> io::Result<()>
    where
        B::Error: Send + Sync + 'static,
    {
        let size = terminal.size().map_err(io::Error::other)?;
        self.ui.resize(size.width, size.height);
        let drawn = terminal.draw(|frame| draw(&self.ui, frame));
        drawn.map(drop).map_err(io::Error::other)
    }

    fn typed(&mut self, event: Event) {
        match event {
            Event::Key(key) => self.ui.key(key, Instant::now().into_std()),
            Event::Paste(text) => self.ui.paste(&text),
            _ => {}
        }
    }

    /// Does what is to be done. Whether that was to end.
    fn act(&mut self) -> bool {
        for effect in self.ui.effects() {
            let client = self.guest.client();
            let posted = match effect {
                Effect::Quit => return true,
                Effect::Call(call) => {
                    self.call(call);
                    continue;
                }
                Effect::Join(room, after) => {
                    client.join(room, after);
                    continue;
                }
                Effect::Unseat(room) => {
                    client.leave(&room);
                    continue;
                }
                Effect::Ask(message) => {
                    client.ask(&message);
                    continue;
                }
                Effect::Say(room, text) => {
                    let said = client.say(room.clone(), text.clone());
                    said.map(|id| self.ui.said(&room, id, &text))
                }
                Effect::Edit(room, seq, text) => {
                    client.edit(room, seq, text).map(forget)
                }
                Effect::Delete(room, seq) => client.delete(room, seq).map(forget),
            };
            if let Err(error @ TooManyPending) = posted {
                self.ui.remark(&error.to_string());
            }
        }
        false
    }

    fn call(&mut self, call: Call) {
        if self.calls.len() >= CALLS {
            let busy = Err("too many requests are under way".to_owned());
            return self.ui.answer(&call, busy);
        }
        let account = Arc::clone(&self.account);
        self.calls.spawn(async move {
            let answered = ask(&account, &call).await;
            (call, answered)
        });
    }
}

/// The answer to a change is seen where it changes something.
fn forget(_: MessageId) {}

async fn ask<D: Dial>(account: &Account<D>, call: &Call) -> Result<Answer, String> {
    let asked = match call {
        Call::Rooms => account.rooms().await.map(|it| Answer::Rooms(it.rooms)),
        Call::Enter(room) => account.enter(room).await.map(Answer::Room),
        Call::Create(room, kind) => account.create(room, *kind).await.map(Answer::Room),
        Call::Direct(name) => account.direct(name).await.map(Answer::Room),
        Call::Invite(room, name) => done(account.invite(room, name).await),
        Call::Leave(room) => done(account.leave(room).await),
        Call::Read(room, seq) => done(account.read(room, *seq).await),
        Call::SignOut => done(account.sign_out().await),
    };
    asked.map_err(|error| error.to_string())
}

fn done<E>(done: Result<(), E>) -> Result<Answer, E> {
    done.map(|()| Answer::Done)
}
