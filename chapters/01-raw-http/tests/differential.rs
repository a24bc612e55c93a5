//! The head parser against `httparse` 1.10, which hyper and axum stand on: on generated
//! heads, mended and broken. Where the two differ is written down here, with the reason;
//! any other difference fails.

use proptest::prelude::*;
use raw_http::{HeadError, HeadScan, Limits, RequestHead, ResponseHead, Version};

/// What a parser makes of some bytes.
#[derive(Debug, PartialEq)]
enum Parsed {
    Head(Vec<String>, usize),
    Incomplete,
    Refused,
}

const FIELDS: usize = 16;

fn limits() -> Limits {
    Limits {
        header_count: FIELDS,
        ..Limits::default()
    }
}

fn ours(bytes: &[u8]) -> Result<Parsed, HeadError> {
    let mut scan = HeadScan::new(&limits());
    Ok(match RequestHead::parse(bytes, &mut scan)? {
        None => Parsed::Incomplete,
        Some((head, length)) => {
            let mut parts = vec![head.method, head.target, head.version.to_string()];
            for (name, value) in head.headers.iter() {
                parts.extend([name.to_owned(), value.to_owned()]);
            }
            Parsed::Head(parts, length)
        }
    })
}

fn theirs(bytes: &[u8]) -> Parsed {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => {
            let version = version(request.version.unwrap());
            let line = [request.method.unwrap(), request.path.unwrap(), &version];
            let mut parts: Vec<_> = line.map(str::to_owned).into();
            for field in request.headers.iter() {
                let value = String::from_utf8_lossy(field.value);
                parts.extend([field.name.to_owned(), value.into_owned()]);
            }
            Parsed::Head(parts, length)
        }
        Ok(httparse::Status::Partial) => Parsed::Incomplete,
        Err(_) => Parsed::Refused,
    }
}

fn version(minor: u8) -> String {
    match minor {
        0 => Version::Http10.to_string(),
        _ => Version::Http11.to_string(),
    }
}

/// Where we refuse and `httparse` does not, or not yet.
fn is_stricter_on_purpose(error: HeadError) -> bool {
    match error {
        // It takes LF alone for a line end, as RFC 9112 §2.2 allows. In front of it may
        // stand a proxy that does not, and two readers that see two different requests in
        // the same bytes are what request smuggling is made of (§11.2).
        HeadError::BareLf => true,
        // It skips any number of empty lines; we skip the one that §2.2 asks for.
        HeadError::EmptyLines => true,
        // It gives values as bytes and leaves the rest to its caller; ours are `&str`.
        HeadError::NotUtf8 => true,
        // It reads syntax. What a target may look like (§3.2) and how many `Host` there
        // must be is for its caller to check, and hyper does.
        HeadError::Target
        | HeadError::Host
        | HeadError::MissingHost
        | HeadError::RepeatedHost => true,
        // Here the two agree.
        HeadError::BareCr
        | HeadError::ControlCharacter(_)
        | HeadError::StartLine
        | HeadError::Method
        | HeadError::Version
        | HeadError::Status
        | HeadError::NoColon
        | HeadError::FieldName
        | HeadError::SpaceBeforeColon
        | HeadError::ObsoleteFolding
        | HeadError::StartLineTooLong
        | HeadError::HeadTooLong
        | HeadError::TooManyFields => false,
    }
}

/// Where `httparse` refuses and we do not: a later minor version, such as HTTP/1.7, is to
/// be read as the latest that is known (RFC 9110 §2.5), and it knows 1.0 and 1.1 only.
fn is_a_later_minor_version(bytes: &[u8]) -> bool {
    (b'2'..=b'9').any(|minor| contains(bytes, &[b"HTTP/1.", &[minor][..]].concat()))
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn compare(bytes: &[u8]) -> Result<(), TestCaseError> {
    let theirs = theirs(bytes);
    match ours(bytes) {
        Err(error) if theirs != Parsed::Refused => {
            prop_assert!(is_stricter_on_purpose(error), "{error}: {theirs:?}");
        }
        Err(_) => {}
        Ok(_) if is_a_later_minor_version(bytes) => {}
        // It refuses a line when it meets its mistake, we when the head is complete: then
        // we must refuse too, or have come to the end of a line that never ended.
        Ok(Parsed::Incomplete) if theirs == Parsed::Refused => {
            let whole = [bytes, b"\r\n\r\n"].concat();
            let later = ours(&whole);
            let refused = matches!(later, Err(_) | Ok(Parsed::Incomplete));
            prop_assert!(refused, "{later:?}");
        }
        Ok(ours) => prop_assert_eq!(ours, theirs),
    }
    Ok(())
}

/// Heads that are mostly right, with every kind of mistake now and then.
fn head() -> impl Strategy<Value = Vec<u8>> {
    let method = prop_oneof![
        8 => "(GET|POST|HEAD|OPTIONS|M-SEARCH)",
        1 => "[!-~]{0,4}",
    ];
    let target = prop_oneof![
        8 => "/[a-z0-9/?=&%._~-]{0,12}",
        1 => Just("http://example.com/".to_owned()),
        1 => "[ -~é]{0,6}",
    ];
    let version = prop_oneof![
        8 => Just("HTTP/1.1".to_owned()),
        2 => "HTTP/[0-3]\\.[0-3]",
        1 => "[A-Z/.0-9]{0,9}",
    ];
    let line_end = || prop_oneof![20 => Just("\r\n"), 1 => Just("\n"), 1 => Just("\r")];
    let name = prop_oneof![8 => "[A-Za-z-]{1,8}", 1 => "[ -~]{0,4}"];
    let value =
        prop_oneof![8 => "[ \t]{0,2}[!-~]{0,12}[ \t]{0,2}", 1 => "[\\x00-\\x7fé]{0,6}"];
    let field =
        (name, value, line_end()).prop_map(|(n, v, end)| format!("{n}:{v}{end}"));
    let host = prop_oneof![9 => Just("Host: x\r\n"), 1 => Just("")];
    let fields = prop::collection::vec(field, 0..6).prop_map(|fields| fields.concat());
    let lead = prop_oneof![9 => Just(""), 1 => Just("\r\n"), 1 => Just("\r\n\r\n")];
    let line = (lead, method, target, version, line_end())
        .prop_map(|(lead, m, t, v, end)| format!("{lead}{m} {t} {v}{end}"));
    (line, host, fields, line_end()).prop_map(|(line, host, fields, end)| {
        format!("{line}{host}{fields}{end}").into()
    })
}

/// A head, one of whose bytes is replaced, or whose end is cut off.
fn damaged_head() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), any::<u8>(), any::<bool>());
    (head(), damage).prop_map(|(mut bytes, (at, byte, is_cut))| {
        let at = at.index(bytes.len());
        if is_cut {
            bytes.truncate(at);
        } else {
            bytes[at] = byte;
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests_are_read_as_httparse_reads_them(bytes in head()) {
        compare(&bytes)?;
    }

    #[test]
    fn damaged_requests_are_read_as_httparse_reads_them(bytes in damaged_head()) {
        compare(&bytes)?;
    }

    #[test]
    fn any_bytes_are_read_the_same_however_they_are_cut(
        bytes in damaged_head(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        let mut scan = HeadScan::new(&limits());
        let mut result = Ok(None);
        for end in ends {
            result = RequestHead::parse(&bytes[..end], &mut scan);
            if !matches!(result, Ok(None)) {
                break;
            }
        }
        prop_assert_eq!(result, RequestHead::parse(&bytes, &mut HeadScan::new(&limits())));
    }

    #[test]
    fn responses_are_read_as_httparse_reads_them(
        minor in 0u8..2,
        status in 100u16..1000,
        reason in "[ -~]{0,8}",
        fields in prop::collection::vec(("[A-Za-z-]{1,8}", "[!-~]{0,8}"), 0..6),
    ) {
        let mut bytes = format!("HTTP/1.{minor} {status} {reason}\r\n");
        for (name, value) in &fields {
            bytes += &format!("{name}: {value}\r\n");
        }
        bytes += "\r\n";
        let mut scan = HeadScan::new(&limits());
        let (head, length) =
            ResponseHead::parse(bytes.as_bytes(), &mut scan).unwrap().unwrap();
        let mut theirs = [httparse::EMPTY_HEADER; FIELDS];
        let mut response = httparse::Response::new(&mut theirs);
        let status = response.parse(bytes.as_bytes()).unwrap();
        prop_assert_eq!(status, httparse::Status::Complete(length));
        prop_assert_eq!(Some(head.status), response.code);
        prop_assert_eq!(Some(head.reason.as_str()), response.reason);
        prop_assert_eq!(head.version.to_string(), version(response.version.unwrap()));
        let theirs: Vec<_> = response
            .headers
            .iter()
            .map(|field| (field.name, std::str::from_utf8(field.value).unwrap()))
            .collect();
        prop_assert_eq!(head.headers.iter().collect::<Vec<_>>(), theirs);
    }
}
