//! Ann is signed in at `http://chat.localhost:3000`. The server knows her by a cookie that no
//! script can read, and that comes from no page of another *site*:
//!
//! ```text
//! Set-Cookie: session=…; HttpOnly; SameSite=Lax; Path=/
//! ```
//!
//! It looks at that cookie, and at nothing else. Ann visits three other pages, of which none is
//! the chat's:
//!
//! * **elsewhere**: `http://evil.localhost:4000`,
//! * **port**: `http://chat.localhost:4000`, another program on the same machine,
//! * **below**: `http://files.chat.localhost:4000`, where people put what they like.
//!
//! Their scripts do this:
//!
//! ```text
//! 1  elsewhere  new WebSocket('ws://chat.localhost:3000/chat')
//! 2  port       new WebSocket('ws://chat.localhost:3000/chat')
//! 3  below      new WebSocket('ws://chat.localhost:3000/chat')
//! 4  elsewhere  fetch('http://chat.localhost:3000/say', { method: 'POST', mode: 'no-cors',
//!               credentials: 'include', headers: { 'content-type': 'text/plain' }, body })
//! 5  elsewhere  fetch('http://chat.localhost:3000/say', { method: 'POST',
//!               credentials: 'include', headers: { 'content-type': 'application/json' }, body })
//! 6  elsewhere  form.submit(), a form with method POST that leads to the chat's `/say`
//! 7  elsewhere  link.click(), a link that leads to the chat's `/leave?room=harbour`
//! 8  port       the same as 5
//! ```
//!
//! What comes of each at the chat's server? Write `with` if the request reaches it with Ann's
//! cookie, `without` if it reaches it without, and `never` if it is not sent at all: what a
//! browser asks *beforehand*, whether it may, does not count, and the server does not answer
//! such questions. In these names, a site is what stands directly before `localhost`, as
//! in `chat.example` it is what stands before `example`.
//!
//! The answers were recorded in Chromium, and a test compares them with what it does today.

/// Your prediction: what comes of the eight requests.
pub fn prediction() -> [&'static str; 8] {
    todo!("write down what comes of each, before you look")
}
