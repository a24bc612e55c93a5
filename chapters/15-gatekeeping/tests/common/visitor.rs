//! Somebody who sends requests, and keeps a cookie as a browser does.

use raw_http::{Client, Request, Response};
use serde_json::{Value, json};
use wiretap::LinkDialer;

use super::{HOST, ORIGIN};

/// Somebody who sends requests from a page of the server.
pub(crate) struct Visitor {
    client: Client<LinkDialer>,
    /// The pair in the cookie.
    pub(crate) cookie: Option<String>,
    /// The fields of each request.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
    pub(crate) response: Response,
}

impl Answer {
    /// The kind of the problem.
    pub(crate) fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or("")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers.get(name)
    }

    /// It is a problem of this kind.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{self:?}");
    }
}

impl Visitor {
    pub(crate) fn new(dialer: LinkDialer) -> Self {
        Self::of_host(dialer, HOST)
    }

    pub(crate) fn of_host(dialer: LinkDialer, host: &str) -> Self {
        Self {
            client: Client::new(dialer, host),
            cookie: None,
            fields: vec![
                ("Origin", ORIGIN.to_owned()),
                ("Sec-Fetch-Site", "same-origin".to_owned()),
            ],
        }
    }

    /// A request as it is, with the visitor's fields and cookie.
    pub(crate) async fn send(&mut self, mut request: Request) -> Answer {
        for (name, value) in &self.fields {
            request = request.header(name, value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", cookie);
        }
        let response = self.client.send(request).await.expect("an answer");
        for cookie in response.headers.get_all("Set-Cookie") {
            let (pair, _) = cookie.split_once(';').expect("what it is for");
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        Answer {
            status: response.status,
            json: serde_json::from_slice(&response.body).unwrap_or(Value::Null),
            response,
        }
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        let request = Request::post(format!("/api/{path}"), body.to_string());
        self.send(request.header("Content-Type", "application/json"))
            .await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(format!("/api/{path}"))).await
    }

    pub(crate) async fn sign_up(&mut self, name: &str, password: &str) -> Answer {
        let who = json!({"name": name, "password": password});
        self.post("sign-up", who).await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let who = json!({"name": name, "password": password});
        self.post("sign-in", who).await
    }

    pub(crate) async fn ticket(&mut self) -> String {
        let answer = self.post("ticket", json!({})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// Makes a room, and gives its name.
    pub(crate) async fn create(&mut self, room: &str, kind: &str) -> String {
        let new = json!({"room": room, "kind": kind});
        let answer = self.post("rooms", new).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json["room"].as_str().expect("a name").to_owned()
    }

    /// The names of the rooms that it may know of.
    pub(crate) async fn rooms(&mut self) -> Vec<String> {
        let answer = self.get("rooms").await;
        let rooms = answer.json["rooms"].as_array().expect("a list").clone();
        let names = rooms.iter().map(|room| room["room"].as_str());
        names.map(|name| name.expect("a name").to_owned()).collect()
    }
}
