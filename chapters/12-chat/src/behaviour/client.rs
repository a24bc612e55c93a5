//! One connection of the suite.

use connection::{CloseCode, Closed, Event, Message, Reader, WebSocket, Writer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::{Checked, PATIENCE};
use crate::protocol::{
    ClientMessage, Hello, Join, Leave, MessageId, Name, Problem, Room, Say,
    ServerMessage, Text, Typing, VERSION,
};

/// One connection to a chat server.
#[derive(Debug)]
pub struct Client<Io> {
    reader: Reader<Io>,
    writer: Writer<Io>,
    /// For what is said when something is wrong.
    name: Option<Name>,
}

/// What a connection hears.
enum Heard {
    Text(String),
    Closed(Closed),
    Nothing,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Client<Io> {
    pub(super) fn new(websocket: WebSocket<Io>) -> Self {
        let (reader, writer) = websocket.split();
        Self {
            reader,
            writer,
            name: None,
        }
    }

    /// What it is called, once it has said hello.
    ///
    /// # Panics
    ///
    /// If it has not.
    pub fn name(&self) -> Name {
        self.name.clone().expect("it has said hello")
    }

    /// Says hello, and hears the welcome.
    ///
    /// # Errors
    ///
    /// When something else comes.
    pub async fn hello(&mut self, name: &Name) -> Checked {
        let hello = Hello {
            version: VERSION,
            name: name.clone(),
        };
        self.send(&ClientMessage::Hello(hello)).await?;
        self.name = Some(name.clone());
        let name = name.clone();
        self.expect(&ServerMessage::Welcome {
            version: VERSION,
            name,
        })
        .await
    }

    /// Joins a room, and hears these members and this number of messages.
    ///
    /// # Errors
    ///
    /// When something else comes.
    pub async fn join(&mut self, room: &Room, members: &[Name], seq: u64) -> Checked {
        self.send(&ClientMessage::Join(Join { room: room.clone() }))
            .await?;
        let (room, members) = (room.clone(), members.to_vec());
        self.expect(&ServerMessage::Joined { room, seq, members })
            .await
    }

    /// Leaves a room, and hears that it has.
    ///
    /// # Errors
    ///
    /// When something else comes.
    pub async fn leave(&mut self, room: &Room) -> Checked {
        self.send(&ClientMessage::Leave(Leave { room: room.clone() }))
            .await?;
        self.expect(&ServerMessage::Left { room: room.clone() })
            .await
    }

    /// Says something, and does not wait for the answer. What has to come of it if it is the
    /// room's message `seq`.
    ///
    /// # Errors
    ///
    /// When it is not sent.
    pub async fn say(
        &mut self,
        room: &Room,
        text: &str,
        seq: u64,
    ) -> Checked<ServerMessage> {
        let text = Text::new(text).map_err(|problem| problem.to_string())?;
        let (room, name) = (room.clone(), self.name());
        // One that it has not had: version 2 takes the same one for the same message.
        let id = MessageId::new(&format!("{name}-{seq}")).ok();
        let say = Say {
            room: room.clone(),
            text: text.clone(),
            id: id.clone(),
        };
        self.send(&ClientMessage::Say(say)).await?;
        Ok(ServerMessage::Message {
            room,
            seq,
            name,
            text,
            id,
        })
    }

    /// Tells that its person is writing.
    ///
    /// # Errors
    ///
    /// When it is not sent.
    pub async fn typing(&mut self, room: &Room) -> Checked {
        self.send(&ClientMessage::Typing(Typing { room: room.clone() }))
            .await
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// When it is not sent.
    pub async fn send(&mut self, message: &ClientMessage) -> Checked {
        self.send_text(&message.to_json()).await
    }

    /// Sends a text message, right or wrong.
    ///
    /// # Errors
    ///
    /// When it is not sent.
    pub async fn send_text(&mut self, text: &str) -> Checked {
        self.send_message(Message::Text(text.into())).await
    }

    /// Sends a ping. Its pong is passed over.
    ///
    /// # Errors
    ///
    /// When it is not sent.
    pub async fn ping(&mut self) -> Checked {
        let sent = self.writer.ping(b"").await;
        sent.map_err(|error| format!("{} wants to ping: {error}", self.who()))
    }

    pub(super) async fn send_message(&mut self, message: Message<'_>) -> Checked {
        let sending = async {
            self.writer.send(message).await?;
            self.writer.flush().await
        };
        match timeout(PATIENCE, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("{} wants to speak: {error}", self.who())),
            Err(_) => Err(format!("nobody reads what {} says", self.who())),
        }
    }

    /// The next message. What this version does not know is passed over.
    ///
    /// # Errors
    ///
    /// When none comes, or something that is none.
    pub async fn next(&mut self) -> Checked<ServerMessage> {
        loop {
            let text = match self.hear().await {
                Heard::Text(text) => text,
                Heard::Closed(closed) => {
                    return Err(format!("{} is closed with {closed}", self.who()));
                }
                Heard::Nothing => return Err(format!("{} hears nothing", self.who())),
            };
            match ServerMessage::parse(&text) {
                Ok(Some(message)) => return Ok(message),
                Ok(None) => {}
                Err(error) => {
                    return Err(format!("{} hears {text}: {error}", self.who()));
                }
            }
        }
    }

    /// Hears this next, and nothing before it.
    ///
    /// # Errors
    ///
    /// When something else comes, or nothing.
    pub async fn expect(&mut self, message: &ServerMessage) -> Checked {
        let expected = message.to_json();
        let heard = self.next().await;
        let heard = heard.map_err(|fault| format!("{fault}, and not {expected}"))?;
        if heard == *message {
            return Ok(());
        }
        let heard = heard.to_json();
        Err(format!("{} hears {heard}, and not {expected}", self.who()))
    }

    /// Hears that something is wrong: this code, this field, and the id of the message.
    ///
    /// # Errors
    ///
    /// When something else comes, or nothing.
    pub async fn expect_problem(&mut self, expected: &Problem) -> Checked {
        let who = self.who();
        match self.next().await? {
            // The text is for people, and the server's own.
            ServerMessage::Error(problem)
                if problem
                    == (Problem {
                        text: problem.text.clone(),
                        ..expected.clone()
                    })
                    && !problem.text.is_empty() =>
            {
                Ok(())
            }
            heard => {
                let expected = ServerMessage::Error(expected.clone()).to_json();
                let heard = heard.to_json();
                Err(format!("{who} hears {heard}, and not {expected}"))
            }
        }
    }

    /// Hears whatever comes until the connection is closed with this code.
    ///
    /// # Errors
    ///
    /// When it is closed with another one, or not at all.
    pub async fn expect_close(&mut self, code: u16) -> Checked {
        loop {
            match self.hear().await {
                Heard::Text(_) => {}
                Heard::Closed(closed) if closed.code() == code => return Ok(()),
                Heard::Closed(closed) => {
                    let who = self.who();
                    return Err(format!(
                        "{who} is closed with {closed}, and not {code}"
                    ));
                }
                Heard::Nothing => {
                    return Err(format!("{} is not closed with {code}", self.who()));
                }
            }
        }
    }

    /// Says goodbye, and waits until the server has answered.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn close(&mut self) -> Checked {
        let closed = self.writer.close(CloseCode::NORMAL, "");
        closed.map_err(|error| error.to_string())?;
        self.expect_close(1000).await
    }

    async fn hear(&mut self) -> Heard {
        let hearing = async {
            loop {
                match self.reader.read().await {
                    Some(Event::Message(Message::Text(text))) => {
                        return Heard::Text(text.into_owned());
                    }
                    Some(Event::Message(Message::Binary(_))) => {
                        return Heard::Text("a binary message".to_owned());
                    }
                    Some(Event::Ping(_) | Event::Pong(_)) => {}
                    Some(Event::Closed(closed)) => return Heard::Closed(closed),
                    None => return Heard::Nothing,
                }
            }
        };
        timeout(PATIENCE, hearing).await.unwrap_or(Heard::Nothing)
    }

    fn who(&self) -> String {
        let name = self.name.as_ref().map(ToString::to_string);
        name.unwrap_or_else(|| "a client".to_owned())
    }
}
