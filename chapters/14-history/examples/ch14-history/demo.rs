//! A conversation with an interruption, for those who want to see it at once.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use backpressure::address_of;
use chat::protocol::{Name, Room, Text};
use handshake::{Origins, Policy};
use history::protocol::{ClientMessage, Search, ServerMessage};
use history::{
    Chat, Client, ClientOptions, Halls, LogError, Notice, Options, Pace, Sockets,
    SqliteLog, serve,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wiretap::Dial;

/// Wherever the server is now.
#[derive(Debug, Clone)]
struct Somewhere(Arc<Mutex<SocketAddr>>);

impl Dial for Somewhere {
    type Io = TcpStream;

    async fn dial(&self) -> std::io::Result<TcpStream> {
        let address = *self.0.lock().expect("no panic");
        TcpStream::connect(address).await
    }
}

/// A server, and how to stop it.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), LogError>>,
}

impl Server {
    async fn start(database: &Path) -> Result<Self, Box<dyn Error>> {
        let halls = Halls::new();
        let log = SqliteLog::open(database, &Options::default(), halls.clone())?;
        let policy = Policy {
            origins: Origins::Any,
            ..Policy::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let chat = Chat::new(log.clone(), halls);
        let task = tokio::spawn(async move {
            serve(listener, chat, policy, Router::new(), address_of, stopped).await;
            log.close().await
        });
        Ok(Self {
            address,
            stop,
            task,
        })
    }
}

struct Person {
    who: &'static str,
    client: Client<Sockets<Somewhere>>,
}

impl Person {
    fn new(who: &'static str, server: &Somewhere, seed: u64) -> Self {
        // Nobody wants to wait in a demonstration.
        let pace = Pace {
            first: Duration::ZERO,
            base: Duration::from_millis(50),
            ..Pace::default()
        };
        let options = ClientOptions {
            pace,
            seed,
            ..ClientOptions::default()
        };
        let url = "ws://127.0.0.1/chat".parse().expect("a URL");
        let name = Name::new(who).expect("a name");
        let mut client = Client::new(server.clone(), url, name, options);
        client.join(harbour(), Some(0));
        Self { who, client }
    }

    fn says(&mut self, words: &str) -> Result<(), Box<dyn Error>> {
        println!("{} says: {words}", self.who);
        self.client.say(harbour(), Text::new(words)?)?;
        Ok(())
    }

    /// Hears so many messages about the room, and prints them.
    async fn hears(&mut self, count: usize) {
        let mut heard = 0;
        while heard < count {
            match self.client.next().await {
                Some(Notice::Told(ServerMessage::Presence { .. })) => {}
                Some(Notice::Told(message)) => {
                    heard += 1;
                    println!("  {} hears {}", self.who, in_words(&message));
                }
                _ => {}
            }
        }
    }

    /// Listens until there is no connection any more.
    async fn is_cut(&mut self) {
        loop {
            if let Some(Notice::Cut { why, .. }) = self.client.next().await {
                println!("  {} is cut off: {why}", self.who);
                return;
            }
        }
    }
}

/// A message of the server in a line.
fn in_words(message: &ServerMessage) -> String {
    match message {
        ServerMessage::Joined { seq, members, .. } => {
            let members: Vec<&str> = members.iter().map(Name::as_str).collect();
            format!("joined, up to {seq}; here: {}", members.join(", "))
        }
        ServerMessage::Accepted { id, seq, .. } => {
            format!("accepted: {id} is number {seq}")
        }
        ServerMessage::Message {
            seq, name, text, ..
        } => {
            let text = text.as_deref().unwrap_or_default();
            format!("message {seq} of {name}: {text}")
        }
        ServerMessage::Edited {
            seq, target, text, ..
        } => {
            let text = text.as_deref().unwrap_or_default();
            format!("edited {seq}: number {target} is now: {text}")
        }
        ServerMessage::Found { messages, .. } => {
            let text = messages.iter().filter_map(|found| found.text.as_deref());
            format!("found: {}", text.collect::<Vec<_>>().join("; "))
        }
        other => other.to_json(),
    }
}

fn harbour() -> Room {
    Room::new("harbour").expect("a room")
}

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("rooms.db");
    let server = Server::start(&database).await?;
    let somewhere = Somewhere(Arc::new(Mutex::new(server.address)));
    let mut ada = Person::new("ada", &somewhere, 7);
    ada.says("the fery is late")?;
    ada.hears(3).await;
    println!("ada corrects it");
    ada.client
        .edit(harbour(), 1, Text::new("the ferry is late")?)?;
    ada.hears(2).await;

    println!("the server stops");
    // It is there as long as `server` is.
    let _ = server.stop.send(());
    let (closed, ()) = tokio::join!(server.task, ada.is_cut());
    closed??;
    ada.says("is anybody here?")?;
    println!("and comes back");
    let server = Server::start(&database).await?;
    *somewhere.0.lock().expect("no panic") = server.address;
    ada.hears(3).await;
    println!("bob comes, and joins after 0");
    let mut bob = Person::new("bob", &somewhere, 8);
    bob.hears(4).await;
    println!("bob looks for \"fer\"");
    let query = Text::new("fer")?;
    let search = Search {
        room: harbour(),
        query,
    };
    bob.client.ask(&ClientMessage::Search(search));
    bob.hears(1).await;
    Ok(())
}
