//! Pages in tunnels, in offices, and at home.

use wiretap::verdict::{self, Rule};

use crate::subject::e1_the_tunnel::{Choice, MEMORY, Way};

const PROOF: Rule = Rule::new(
    "chapter 19",
    "WebSockets are blocked when one fails while polling works, and not when nothing works.",
);
const TURNS: Rule = Rule::new(
    "the exercise",
    "While nothing is open, the two are tried in turn, and WebSocket comes first.",
);
const USED: Rule = Rule::new("chapter 19", "Polling is used as soon as it works.");
const MEMORY_ENDS: Rule = Rule::new(
    "chapter 19",
    "What is blocked is remembered for MEMORY: that long it is not tried, and then it is.",
);

/// What works between a page and its server.
#[derive(Clone, Copy, PartialEq)]
enum Network {
    Tunnel,
    /// A proxy that blocks WebSockets.
    Office,
    Home,
}

/// A page, second by second.
struct Page {
    choice: Choice,
    now: u64,
    open: Option<Way>,
    /// The WebSockets that were tried, and when.
    sockets: Vec<u64>,
    /// All that was tried while nothing was open.
    tried: Vec<Way>,
}

impl Page {
    fn loaded(now: u64, remembered: Option<u64>) -> Self {
        Self {
            choice: Choice::new(remembered),
            now,
            open: None,
            sockets: Vec::new(),
            tried: Vec::new(),
        }
    }

    /// Lives in this network for so many seconds.
    fn lives(&mut self, network: Network, seconds: u64) {
        for _ in 0..seconds {
            self.now += 1_000;
            let works = |way| match network {
                Network::Tunnel => false,
                Network::Office => way == Way::Polling,
                Network::Home => true,
            };
            if self.open.is_some_and(|way| !works(way)) {
                self.open = None;
                self.choice.lost(self.now);
            }
            let attempt = match self.open {
                None => {
                    let way = self.choice.next(self.now);
                    self.tried.push(way);
                    Some(way)
                }
                Some(Way::Polling) if self.choice.beside(self.now) => {
                    Some(Way::WebSocket)
                }
                Some(_) => None,
            };
            let Some(way) = attempt else { continue };
            if way == Way::WebSocket {
                self.sockets.push(self.now);
            }
            if works(way) {
                self.open = Some(way);
                self.choice.opened(self.now, way);
            } else {
                self.choice.failed(self.now, way);
            }
        }
    }

    fn assert_open(&self, rule: Rule, wanted: Way, why: &str) {
        if self.open != Some(wanted) {
            let open = self.open.map_or("nothing".into(), |way| format!("{way:?}"));
            let why = format!("After {} s it uses {open}. {why}", self.now / 1_000);
            verdict::fail(rule, why);
        }
    }

    fn assert_forgotten(&self, rule: Rule, why: &str) {
        let remembered = self.choice.remembered();
        if remembered.is_some_and(|until| until > self.now) {
            let why = format!(
                "After {} s it remembers that WebSockets are blocked. {why}",
                self.now / 1_000
            );
            verdict::fail(rule, why);
        }
    }
}

#[test]
fn a_page_that_is_loaded_in_a_tunnel() {
    // Behind a tunnel of an even length a WebSocket is the first that works, behind one of an
    // odd length it is polling.
    for seconds in [1, 2, 3, 8, 60, 61] {
        let mut page = Page::loaded(0, None);
        page.lives(Network::Tunnel, seconds);
        let turns: Vec<Way> = [Way::WebSocket, Way::Polling]
            .into_iter()
            .cycle()
            .take(page.tried.len())
            .collect();
        if seconds < 10 {
            verdict::equal(TURNS, turns, page.tried.clone());
        }
        page.assert_forgotten(PROOF, "It was in a tunnel, where nothing works.");
        page.lives(Network::Home, 2);
        let why = "It was in a tunnel, and everything works since it left that.";
        page.assert_open(PROOF, Way::WebSocket, why);
        page.assert_forgotten(PROOF, "It has one that is open.");
    }
}

#[test]
fn a_tunnel_on_the_way() {
    let mut page = Page::loaded(0, None);
    page.lives(Network::Home, 100);
    page.assert_open(TURNS, Way::WebSocket, "Everything works.");
    page.lives(Network::Tunnel, 31);
    page.assert_forgotten(PROOF, "It is in a tunnel.");
    page.lives(Network::Home, 1);
    let after = &page.tried[1..];
    if after[..2] != [Way::WebSocket, Way::Polling] {
        let why = format!("In the tunnel it tries {:?} first.", &after[..2]);
        verdict::fail(TURNS, why);
    }
    page.lives(Network::Home, 1);
    page.assert_open(PROOF, Way::WebSocket, "Everything works again.");
    verdict::equal(PROOF, None, page.choice.remembered());
}

#[test]
fn an_office_and_the_way_home() {
    let mut page = Page::loaded(0, None);
    page.lives(Network::Office, 2);
    page.assert_open(USED, Way::Polling, "That is what works here.");
    page.lives(Network::Office, 600);
    if page.sockets.len() == 1 {
        let why = "One WebSocket has failed before anything worked. Is it blocked, or was \
                   there no network? Only one more attempt can tell.";
        verdict::fail(PROOF, why);
    }
    if page.sockets.len() > 3 {
        let why = format!(
            "In ten minutes in the office it has tried {} WebSockets, and the second one told \
             it all.",
            page.sockets.len()
        );
        verdict::fail(MEMORY_ENDS, why);
    }
    page.assert_open(USED, Way::Polling, "That is what works here.");
    page.lives(Network::Office, 3_600);
    if page.sockets.len() > 9 {
        let why = format!(
            "{} WebSockets were tried in 70 minutes.",
            page.sockets.len()
        );
        verdict::fail(MEMORY_ENDS, why);
    }
    page.lives(Network::Home, 601);
    let why = "It left the office ten minutes ago.";
    page.assert_open(MEMORY_ENDS, Way::WebSocket, why);
    page.assert_forgotten(MEMORY_ENDS, "It has one that is open.");
}

#[test]
fn the_next_page_in_the_same_tab() {
    let mut page = Page::loaded(0, None);
    page.lives(Network::Office, 10);
    let remembered = page.choice.remembered();
    match remembered {
        Some(until) if until <= page.now + MEMORY => {}
        Some(until) => {
            let why = format!(
                "It is to be remembered until {until} ms, at {} ms.",
                page.now
            );
            verdict::fail(MEMORY_ENDS, why);
        }
        None => verdict::fail(PROOF, "A WebSocket has failed while polling worked."),
    }
    let mut soon = Page::loaded(60_000, remembered);
    soon.lives(Network::Office, 1);
    verdict::equal(MEMORY_ENDS, vec![Way::Polling], soon.tried);
    // At home meanwhile, where the first thing that fails is polling: a server restarts.
    let mut soon = Page::loaded(60_000, remembered);
    soon.lives(Network::Tunnel, 1);
    soon.lives(Network::Home, 1);
    let why = "Polling has failed, and then it is the turn of WebSocket.";
    soon.assert_open(TURNS, Way::WebSocket, why);
    soon.assert_forgotten(PROOF, "It has one that is open.");
    let mut late = Page::loaded(11 * 60_000, remembered);
    late.lives(Network::Home, 1);
    let why = "What was remembered is over.";
    late.assert_open(MEMORY_ENDS, Way::WebSocket, why);
}
