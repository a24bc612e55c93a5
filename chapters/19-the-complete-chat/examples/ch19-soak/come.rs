//! How people come: with an account, over one of the transports.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gatekeeping::api::{Credentials, ErrorCode, Kind, Secret};
use history::Client;
use indicatif::ProgressBar;
use the_complete_chat::client::{Account, ApiError, Transport, Ways};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;
use wiretap::Dial;

use crate::Args;
use crate::crowd::Crowd;
use crate::cutting::{Cut, Cutting};
use crate::people::{Person, options, room};
use crate::server::HOST;
use crate::slow::Slow;

/// How many sign up at a time.
const AT_ONCE: usize = 16;

type Address = watch::Receiver<SocketAddr>;

/// To wherever the server is: at first whole, and then in pieces.
#[derive(Clone)]
pub(crate) struct Road(Arc<Cutting>);

impl Dial for Road {
    type Io = Cut;

    async fn dial(&self) -> io::Result<Cut> {
        self.0.dial().await
    }
}

/// To the server as it is now, without any trouble.
#[derive(Clone)]
struct Smooth(Address);

impl Dial for Smooth {
    type Io = TcpStream;

    async fn dial(&self) -> io::Result<TcpStream> {
        let address = *self.0.borrow();
        TcpStream::connect(address).await
    }
}

/// Somebody who has signed in, and is called so.
pub(crate) struct Comer {
    who: String,
    number: usize,
    account: Arc<Account<Road>>,
    road: Road,
}

/// Makes so many accounts as there are people, and the rooms. They are members of one each.
pub(crate) async fn sign_up(
    args: &Args,
    seed: u64,
    address: &Address,
    progress: &ProgressBar,
) -> Result<Vec<Comer>, ApiError> {
    let owner = Account::new(Smooth(address.clone()), HOST);
    let credentials = credentials("the owner");
    owner.sign_up(&credentials).await?;
    owner.sign_in(&credentials).await?;
    for number in 0..args.rooms {
        owner.create(room(number).as_str(), Kind::Public).await?;
    }
    let comers = stream::iter(0..args.clients).map(|number| async move {
        let seed = seed ^ (number as u64) << 32;
        let comer = Comer::sign_in(number, args.rooms, seed, address.clone()).await;
        progress.inc(1);
        comer
    });
    comers.buffer_unordered(AT_ONCE).try_collect().await
}

fn credentials(name: &str) -> Credentials {
    Credentials {
        name: name.to_owned(),
        password: Secret::new("a soak's long password"),
    }
}

impl Comer {
    async fn sign_in(
        number: usize,
        rooms: usize,
        seed: u64,
        address: Address,
    ) -> Result<Self, ApiError> {
        let who = format!("person {number}");
        let road = Road(Arc::new(Cutting::new(address, seed)));
        let account = Arc::new(Account::new(road.clone(), HOST));
        let credentials = credentials(&who);
        // Its connections are cut already: whatever has no answer is asked again.
        patiently(async || account.sign_up(&credentials).await.map(drop)).await?;
        patiently(async || account.sign_in(&credentials).await.map(drop)).await?;
        let room = room(number % rooms);
        patiently(async || account.enter(&room).await.map(drop)).await?;
        Ok(Self {
            who,
            number,
            account,
            road,
        })
    }
}

/// Tries until there is an answer. That a name is taken is one, to the second attempt.
async fn patiently(
    attempt: impl AsyncFn() -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut has_tried = false;
    loop {
        match attempt().await {
            Err(ApiError::Unreachable(_)) => has_tried = true,
            Err(ApiError::Refused { problem, .. })
                if has_tried && problem.code == ErrorCode::NameTaken =>
            {
                return Ok(());
            }
            done => return done,
        }
    }
}

/// All of them.
pub(crate) fn come(
    args: &Args,
    seed: u64,
    until: Instant,
    comers: Vec<Comer>,
) -> Crowd {
    let mut crowd = Crowd::new();
    for comer in comers {
        let Comer {
            who,
            number,
            account,
            road,
        } = comer;
        let over = Transport::ALL[number % Transport::ALL.len()];
        let url = format!("ws://{HOST}/chat").parse().expect("a URL");
        let mut options = options(seed ^ number as u64);
        let config = options.connection.clone();
        let ways = Ways::new(account, road, url, [over], config);
        options.connect_deadline = ways.deadline();
        let nap = number.is_multiple_of(args.one_slow_of).then_some(args.nap);
        let seed = seed.wrapping_add(number as u64);
        let client = Client::over(Slow::new(ways, nap, seed), options);
        let room = room(number % args.rooms);
        let person = Person::new(client, who, room, seed, args.pause);
        crowd.add(|place| person.live(until, place));
    }
    crowd
}
