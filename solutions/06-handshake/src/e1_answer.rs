//! What a server answers to the head of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use raw_http::{Headers, RequestHead};
use sha1::{Digest as _, Sha1};

/// What follows the key.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The head of the answer.
pub fn answer(request: &RequestHead) -> String {
    let headers = &request.headers;
    if !names(headers, "Upgrade", "websocket")
        || !names(headers, "Connection", "Upgrade")
    {
        let fields = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        return refuse("426 Upgrade Required", fields);
    }
    let versions: Vec<_> = headers.get_all("Sec-WebSocket-Version").collect();
    let [version] = versions[..] else {
        return refuse("400 Bad Request", "");
    };
    if version != "13" {
        let fields = "Upgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Version: 13\r\n";
        return refuse("426 Upgrade Required", fields);
    }
    let keys: Vec<_> = headers.get_all("Sec-WebSocket-Key").collect();
    let key = match keys[..] {
        [key] if is_key(key) => key,
        _ => return refuse("400 Bad Request", ""),
    };
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    let accept = STANDARD.encode(digest);
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}

fn refuse(status: &str, fields: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{fields}Content-Length: 0\r\n\r\n")
}

/// Whether the list `name` has the member `word`.
fn names(headers: &Headers, name: &str, word: &str) -> bool {
    let members = headers.get_all(name).flat_map(|value| value.split(','));
    let mut members = members.map(|member| member.trim_matches([' ', '\t']));
    members.any(|member| member.eq_ignore_ascii_case(word))
}

/// 16 bytes are 22 characters; the last of them has four bits to spare.
fn is_key(key: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    let text = key.strip_suffix("==").unwrap_or_default();
    text.len() == 22 && text.bytes().all(is_base64)
}
