//! Heads as they are written, and the grammar that their values share.

use std::fmt::{Arguments, Write as _};

use raw_http::{Headers, RequestHead, Response, reason};

/// The bytes of a head: the start line, the fields, and the empty line.
fn encode(start_line: Arguments<'_>, fields: &Headers) -> String {
    let mut text = String::with_capacity(256);
    write!(text, "{start_line}\r\n").expect("a String grows");
    for (name, value) in fields.iter() {
        write!(text, "{name}: {value}\r\n").expect("a String grows");
    }
    text.push_str("\r\n");
    text
}

pub(crate) fn encode_request(head: &RequestHead) -> Vec<u8> {
    let RequestHead {
        method,
        target,
        version,
        headers,
    } = head;
    encode(format_args!("{method} {target} {version}"), headers).into_bytes()
}

/// An answer, with the fields that say where its body ends added.
pub(crate) fn encode_response(response: &Response, head_only: bool) -> Vec<u8> {
    let (version, status) = (response.version, response.status);
    let mut fields = response.headers.clone();
    // RFC 9110 §8.6: neither 1xx nor 204 may say how long its body is.
    if !matches!(status, 100..=199 | 204) {
        fields.insert("Content-Length", &response.body.len().to_string());
    }
    let line = format_args!("{version} {status} {}", reason_of(status));
    let mut bytes = encode(line, &fields).into_bytes();
    if !head_only {
        bytes.extend_from_slice(&response.body);
    }
    bytes
}

fn reason_of(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        _ => reason(status),
    }
}

/// The value of a field that may occur once: `Err` when it occurs more often.
pub(crate) fn single<'h>(
    headers: &'h Headers,
    name: &str,
) -> Result<Option<&'h str>, Repeated> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Repeated),
    }
}

/// A field that may occur once occurs more often.
#[derive(Debug)]
pub(crate) struct Repeated;

/// `token` (RFC 9110 §5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    let is_token_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// RFC 6455 §4.1, item 10: what a list of subprotocols is made of.
pub(crate) fn are_different_tokens(names: &[&str]) -> bool {
    let is_new = |(at, name): (usize, &&str)| !names[..at].contains(name);
    names.iter().all(|name| is_token(name)) && names.iter().enumerate().all(is_new)
}
