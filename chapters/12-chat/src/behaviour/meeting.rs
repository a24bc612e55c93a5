//! The first words of a connection.

use wiretap::Dial;

use super::{Checked, Door};
use crate::protocol::{
    ClientMessage, ErrorCode, Hello, Join, Name, Problem, ServerMessage, VERSION, close,
};

fn problem(code: ErrorCode) -> Problem {
    Problem::new(code, "")
}

pub(super) async fn welcome<D: Dial>(door: &Door<D>) -> Checked {
    let mut client = door.open().await?;
    client
        .send_text(r#"{"type":"hello","version":1,"name":" Ann \t"}"#)
        .await?;
    let name = Name::new("Ann").map_err(|problem| problem.to_string())?;
    client
        .expect(&ServerMessage::Welcome {
            version: VERSION,
            name,
        })
        .await
}

pub(super) async fn hello_first<D: Dial>(door: &Door<D>) -> Checked {
    let mut ann = door.open().await?;
    let room = door.room();
    ann.send(&ClientMessage::Join(Join { room: room.clone() }))
        .await?;
    ann.expect_problem(&problem(ErrorCode::HelloFirst)).await?;
    ann.send_text("hello").await?;
    ann.expect_problem(&problem(ErrorCode::Malformed)).await?;
    let name = Name::new("Ann").map_err(|problem| problem.to_string())?;
    ann.hello(&name).await?;
    let again = Hello {
        version: VERSION,
        name: name.clone(),
    };
    ann.send(&ClientMessage::Hello(again)).await?;
    ann.expect_problem(&problem(ErrorCode::HelloAgain)).await?;
    ann.join(&room, &[name], 0).await
}

pub(super) async fn versions<D: Dial>(door: &Door<D>) -> Checked {
    let mut ann = door.open().await?;
    let unknown = problem(ErrorCode::UnknownVersion).at("version");
    for version in [0, u32::MAX] {
        let hello = format!(r#"{{"type":"hello","version":{version},"colour":"red"}}"#);
        ann.send_text(&hello).await?;
        ann.expect_problem(&unknown).await?;
    }
    ann.hello(&Name::new("Ann").map_err(|problem| problem.to_string())?)
        .await
}

pub(super) async fn silence<D: Dial>(door: &Door<D>) -> Checked {
    door.open().await?.expect_close(close::NO_HELLO).await
}

pub(super) async fn pings<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let mut ann = door.open().await?;
    ann.ping().await?;
    ann.hello(&Name::new("Ann").map_err(|problem| problem.to_string())?)
        .await?;
    ann.ping().await?;
    ann.join(&room, &[ann.name()], 0).await
}
