//! Bytes as they are typed.

/// The bytes of a text in hex; blanks and line ends do not count.
pub(crate) fn parse(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            let digit = c.to_digit(16).ok_or(format!("{c:?} is no hex digit"))?;
            Ok::<_, String>(digit as u8)
        })
        .collect::<Result<_, _>>()?;
    let (pairs, []) = digits.as_chunks() else {
        return Err("half a byte at the end: each has two hex digits".to_owned());
    };
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// Bytes in hex.
pub(crate) fn write(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.join(" ")
}
