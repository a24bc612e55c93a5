//! The bot: what it answers, and that it does so once, whatever becomes of it.

#[path = "../examples/ch19-bot/answers.rs"]
mod answers;
#[path = "../examples/ch19-bot/bot.rs"]
mod bot;
#[path = "common/house.rs"]
mod house;
#[path = "../examples/ch19-bot/memory.rs"]
mod memory;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use answers::{Answer, answer};
use bot::Bot;
use gatekeeping::api::Kind;
use history::protocol::{Room, ServerMessage};
use history::{RoomLog as _, What};
use house::{HOST, House, Person, guest};
use memory::Memory;
use the_complete_chat::client::{Account, News, Transport};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use wiretap::{Link, LinkDialer, Recorder, harness};

fn says(text: &str) -> Option<String> {
    let mut next = 0;
    let die = move |sides| {
        next += 1;
        next.min(sides)
    };
    match answer(text, die)? {
        Answer::Say(words) => Some(words),
        Answer::Remind(time, of) => Some(format!("{time:?}: {of}")),
    }
}

#[test]
fn questions_and_answers() {
    let pairs = [
        ("!dice", "1d6: 1"),
        ("!dice 3d6", "3d6: 1 + 2 + 3 = 6"),
        ("!dice d2", "d2: 1"),
        ("! dice 2D4 ", "2D4: 1 + 2 = 3"),
        ("!remind 90s the tea", "90s: the tea"),
        ("!remind 2h ships", "7200s: ships"),
        ("!remind 7d far", "604800s: far"),
    ];
    for (question, expected) in pairs {
        assert_eq!(says(question).as_deref(), Some(expected), "{question}");
    }
    for question in ["dice 2d6", "", "!", "!weather", " !dice", "! "] {
        assert_eq!(says(question), None, "{question}");
    }
    let huge = format!("!dice {}d6", "9".repeat(40));
    let mistakes = [
        "!dice 0d6",
        "!dice 21d6",
        "!dice 1d1",
        "!dice 1d1001",
        "!dice six",
        "!dice -1d6",
        &huge,
        "!remind",
        "!remind tea",
        "!remind 10 tea",
        "!remind 8d tea",
        "!remind 10m ",
        "!remind 99999999999999999999s tea",
        "!remind 18446744073709551615d tea",
        "!remind é tea",
    ];
    for question in mistakes {
        let words = says(question).expect("an answer");
        assert!(words.starts_with("like this: "), "{question}: {words}");
    }
    assert!(says("!help").is_some_and(|words| !words.starts_with('!')));
}

/// Ada, and a bot in her room.
struct Stage {
    house: House,
    dialer: LinkDialer,
    ada: Person<LinkDialer>,
    bot: Arc<Account<LinkDialer>>,
    room: Room,
    folder: tempfile::TempDir,
}

impl Stage {
    async fn new(kind: Kind) -> Self {
        let link = Link::new().rtt(Duration::from_millis(20));
        let (dialer, listener) = link.network(&Recorder::new("the chat"));
        let house = House::new(HOST);
        tokio::spawn(house.serve(listener, std::future::pending()));
        let mut ada = Person::come(&dialer, "ada", Transport::WebSocket).await;
        let bot = Person::come(&dialer, "bot", Transport::WebSocket).await;
        let room = ada.makes("quay", kind).await.room;
        match kind {
            Kind::Public => drop(bot.account.enter(&room).await.expect("a room")),
            _ => ada.account.invite(&room, "bot").await.expect("the bot"),
        }
        Self {
            house,
            dialer,
            ada,
            bot: bot.account,
            room,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn start(&self, transport: Transport, seed: u64) -> JoinHandle<()> {
        let memory = Memory::load(&self.folder.path().join("bot.json"));
        let guest = guest(&self.bot, &self.dialer, transport, seed);
        let bot = Bot::new(guest, memory.expect("its own file"));
        tokio::spawn(async move {
            bot.run().await.map(drop).expect("it goes on");
        })
    }

    /// Until the bot has said something.
    async fn hears_bot(&mut self) -> String {
        self.ada
            .hears(|news| match news {
                News::Told(ServerMessage::Message { name, text, .. })
                    if name == "bot" =>
                {
                    text.clone()
                }
                _ => None,
            })
            .await
    }

    /// All that the bot has said, with the ids.
    async fn said_by_bot(&mut self) -> Vec<(String, String)> {
        let since = self.house.log.after(self.room.as_str(), 0, 1000).await;
        let entries = since.expect("a log").entries.into_iter();
        let of_bot = entries.filter(|entry| entry.author == "bot");
        let said = of_bot.map(|entry| match entry.what {
            What::Said { text, id } => {
                (id.unwrap_or_default(), text.unwrap_or_default())
            }
            other => panic!("said, and not {other:?}"),
        });
        said.collect()
    }
}

#[test]
fn it_answers_in_rooms_that_it_is_invited_to() {
    harness::run("a bot", async {
        let mut stage = Stage::new(Kind::Private).await;
        stage.ada.says(&stage.room.clone(), "!dice 20d2");
        let bot = stage.start(Transport::Events, 5);
        let words = stage.hears_bot().await;
        assert!(words.starts_with("20d2: "), "{words}");
        bot.abort();
    });
}

#[test]
fn killed_at_any_time_it_answers_each_question_once() {
    harness::run("a bot that is killed", async {
        let mut stage = Stage::new(Kind::Private).await;
        let room = stage.room.clone();
        let mut bot = stage.start(Transport::WebSocket, 100);
        for number in 0..20_u64 {
            stage.ada.says(&room, "!dice 3d100");
            // It comes to somewhere between the question and what it writes down.
            let life = sleep(Duration::from_millis(100 + 5 * number));
            tokio::select! {
                () = life => {}
                () = async { loop { stage.ada.next().await; } } => {}
            }
            bot.abort();
            let _ = bot.await;
            bot = stage.start(Transport::WebSocket, 200 + number);
        }
        while stage.said_by_bot().await.len() < 20 {
            stage.ada.next().await;
        }
        bot.abort();
        let mut ids: Vec<String> = stage
            .said_by_bot()
            .await
            .into_iter()
            .map(|it| it.0)
            .collect();
        assert_eq!(ids.len(), 20);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 20, "{ids:?}");
    });
}

#[test]
fn it_reminds_after_a_restart_and_once() {
    harness::run("reminders", async {
        let mut stage = Stage::new(Kind::Public).await;
        let room = stage.room.clone();
        let file = stage.folder.path().join("bot.json");
        let bot = stage.start(Transport::Polls, 5);
        // It is there as soon as it is seen.
        stage
            .ada
            .hears(|news| {
                matches!(news, News::Told(ServerMessage::Presence { .. })).then_some(())
            })
            .await;
        stage.ada.says(&room, "!remind 1h the ferry");
        assert_eq!(stage.hears_bot().await, "ada, I will remind you");
        wait_for(&mut stage, &file, "the ferry").await;
        bot.abort();
        let _ = bot.await;
        // An hour later.
        let text = std::fs::read_to_string(&file).expect("its file");
        let mut memory: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        memory["reminders"][0]["due"] = 1.into();
        std::fs::write(&file, memory.to_string()).expect("its file");
        for seed in 6..8 {
            let bot = stage.start(Transport::Polls, seed);
            sleep(Duration::from_secs(1)).await;
            bot.abort();
            let _ = bot.await;
        }
        let said = stage.said_by_bot().await;
        let reminded = said.iter().filter(|(_, text)| text.contains("the ferry"));
        assert_eq!(reminded.count(), 1, "{said:?}");
    });
}

/// Goes on until this stands in the bot's file.
async fn wait_for(stage: &mut Stage, file: &Path, words: &str) {
    while !std::fs::read_to_string(file).is_ok_and(|text| text.contains(words)) {
        let _ = tokio::time::timeout(Duration::from_millis(50), stage.ada.next()).await;
    }
}
