//! Bytes in chunks in, the body out.

use bytes::{Buf as _, Bytes, BytesMut};
use raw_http::{HeadError, HeadScan, Headers, InvalidField, Limits};

use super::error::ChunkError;

/// How much that is not data a body in chunks may bring along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkLimits {
    /// The longest size line in bytes, without its line end.
    pub size_line_bytes: usize,
    /// The most bytes of extensions in a whole body. Nobody uses them, so whoever sends
    /// many of them wants the receiver to be busy.
    pub extension_bytes: usize,
    /// The longest trailer section in bytes, the last chunk's size line included.
    pub trailer_bytes: usize,
    /// The most trailer fields.
    pub trailer_count: usize,
}

impl Default for ChunkLimits {
    /// 256 bytes for a size line, 16 KiB of extensions, 8 KiB and 32 fields of trailers.
    fn default() -> Self {
        Self {
            size_line_bytes: 256,
            extension_bytes: 16 << 10,
            trailer_bytes: 8 << 10,
            trailer_count: 32,
        }
    }
}

/// What a body consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Some bytes of it, never none. Where they begin and end means nothing: neither the
    /// sender's chunks nor the reads of the stream are kept.
    Data(Bytes),
    /// It is over. The trailers are for those who ask for them, and are not to be mixed
    /// with the fields of the head (RFC 9110 §6.5.1).
    End(Headers),
}

/// Reads a body in chunks, over as many reads as it takes.
///
/// What it holds is a few numbers: data is handed on as it comes, however large the
/// chunk says it is.
///
/// ```
/// # use bytes::BytesMut;
/// use http_streaming::{ChunkLimits, ChunkedDecoder, Part};
///
/// let mut decoder = ChunkedDecoder::new(ChunkLimits::default());
/// let mut buffer = BytesMut::from("5\r\nhel");
/// assert_eq!(decoder.decode(&mut buffer)?, Some(Part::Data("hel".into())));
/// assert_eq!(decoder.decode(&mut buffer)?, None);
/// buffer.extend_from_slice(b"lo\r\n0\r\n\r\nHTTP/1.1");
/// assert_eq!(decoder.decode(&mut buffer)?, Some(Part::Data("lo".into())));
/// assert!(matches!(decoder.decode(&mut buffer)?, Some(Part::End(_))));
/// assert_eq!(&buffer[..], b"HTTP/1.1", "what follows is not touched");
/// # Ok::<(), http_streaming::ChunkError>(())
/// ```
#[derive(Debug)]
pub struct ChunkedDecoder {
    limits: ChunkLimits,
    /// Bytes of extensions so far.
    extensions: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// At a size line.
    Size(Before),
    /// In the data of a chunk, so many bytes of which are still to come: at least one.
    Data(u64),
    /// At the size line of the last chunk, which with its trailers has the form of a
    /// head: a line, fields, an empty line.
    Last(Before, HeadScan),
    /// After the end.
    Done,
}

/// What a size line comes after. They are consumed together, so that `None` consumes
/// nothing.
#[derive(Debug, Clone, Copy)]
enum Before {
    Nothing,
    /// Data, which ends with CRLF.
    Data,
}

impl Before {
    /// The length of the line end that has to come first; `None` while it is not there.
    fn line_end(self, buffer: &[u8]) -> Result<Option<usize>, ChunkError> {
        match (self, buffer) {
            (Self::Nothing, _) => Ok(Some(0)),
            (Self::Data, [b'\r', b'\n', ..]) => Ok(Some(2)),
            (Self::Data, [] | [b'\r']) => Ok(None),
            // RFC 9112 §7.1: whoever skips ahead to the next line end reads other chunks
            // than the sender wrote, and lets what he likes pass for a request (§11.2).
            (Self::Data, _) => Err(ChunkError::DataLineEnd),
        }
    }
}

impl ChunkedDecoder {
    /// A decoder at the beginning of a body.
    pub fn new(limits: ChunkLimits) -> Self {
        Self {
            limits,
            extensions: 0,
            state: State::Size(Before::Nothing),
        }
    }

    /// Takes the next part out of `buffer`. `None` asks for more bytes at its end, and
    /// has consumed none; after [`Part::End`] it is always `None`, and what is left in
    /// `buffer` belongs to the next message.
    ///
    /// # Errors
    ///
    /// As soon as the bytes can no longer become a body in chunks, however they were cut
    /// into reads.
    pub fn decode(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Part>, ChunkError> {
        if let State::Size(before) = self.state
            && !self.begin_chunk(before, buffer)?
        {
            return Ok(None);
        }
        match &mut self.state {
            State::Data(left) => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX);
                let data = buffer.split_to(length.min(buffer.len())).freeze();
                *left -= data.len() as u64;
                if *left == 0 {
                    self.state = State::Size(Before::Data);
                }
                Ok((!data.is_empty()).then_some(Part::Data(data)))
            }
            State::Last(before, scan) => {
                let Some(start) = before.line_end(buffer)? else {
                    return Ok(None);
                };
                let Some(range) = scan.find_end(&buffer[start..])? else {
                    return Ok(None);
                };
                let end = start + range.end;
                let trailers = trailers(&buffer[start..end])?;
                buffer.advance(end);
                self.state = State::Done;
                Ok(Some(Part::End(trailers)))
            }
            State::Size(_) | State::Done => Ok(None),
        }
    }

    /// Reads a size line and consumes it, once the first byte of its data is there; the
    /// last chunk's stays for its trailers. `false` when there is too little of it.
    fn begin_chunk(
        &mut self,
        before: Before,
        buffer: &mut BytesMut,
    ) -> Result<bool, ChunkError> {
        let Some(start) = before.line_end(buffer)? else {
            return Ok(false);
        };
        let limit = self.limits.size_line_bytes;
        let Some(line) = SizeLine::parse(&buffer[start..], limit)? else {
            return Ok(false);
        };
        let data = start + line.length;
        if self.extensions + line.extension > self.limits.extension_bytes {
            return Err(ChunkError::TooManyExtensions);
        }
        if line.size > 0 && buffer.len() == data {
            return Ok(false);
        }
        self.extensions += line.extension;
        if line.size > 0 {
            buffer.advance(data);
            self.state = State::Data(line.size);
        } else {
            let limits = Limits {
                head_bytes: self.limits.trailer_bytes,
                header_count: self.limits.trailer_count,
                ..Limits::default()
            };
            self.state = State::Last(before, HeadScan::new(&limits));
        }
        Ok(true)
    }

    /// Whether the end has been decoded.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Says that the stream has ended.
    ///
    /// # Errors
    ///
    /// When it did so before the last chunk was complete: then this is not the whole
    /// body, however good it looks (RFC 9112 §8).
    pub fn finish(&self) -> Result<(), ChunkError> {
        match self.is_done() {
            true => Ok(()),
            false => Err(ChunkError::Incomplete),
        }
    }
}

/// `chunk-size [ chunk-ext ] CRLF`.
struct SizeLine {
    size: u64,
    /// Bytes of the line, its CRLF included.
    length: usize,
    /// Bytes of its extension.
    extension: usize,
}

impl SizeLine {
    /// Reads a line from the beginning of `bytes`; `None` when its end is not there.
    fn parse(bytes: &[u8], limit: usize) -> Result<Option<Self>, ChunkError> {
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_hexdigit());
        let digits = digits.count();
        if digits == 0 && !bytes.is_empty() {
            return Err(ChunkError::NoSize);
        }
        let size = hex(&bytes[..digits]).ok_or(ChunkError::SizeTooLarge)?;
        let rest = &bytes[digits..];
        let is_text = |byte: &&u8| **byte == b'\t' || !byte.is_ascii_control();
        let extension = rest.iter().take_while(is_text).count();
        let (text, end) = rest.split_at(extension);
        if !matches!(text.trim_ascii_start().first(), None | Some(b';')) {
            return Err(ChunkError::AfterSize);
        }
        if digits + extension > limit {
            return Err(ChunkError::SizeLineTooLong);
        }
        match end {
            [] | [b'\r'] => Ok(None),
            // Blanks are for what comes after them (RFC 9112 §7.1.1), and nothing does.
            [b'\r', b'\n', ..] if !text.is_empty() && text.trim_ascii().is_empty() => {
                Err(ChunkError::AfterSize)
            }
            // Extensions that are not known are ignored (RFC 9112 §7.1.1), and none is.
            [b'\r', b'\n', ..] => Ok(Some(Self {
                size,
                length: digits + extension + 2,
                extension,
            })),
            [..] => Err(ChunkError::SizeLineEnd),
        }
    }
}

/// The number that hex digits write; `None` when it does not fit. RFC 9112 §7.1 asks for
/// this guard: a size that wraps around to a small one lets data pass for the next chunk.
fn hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |size, digit| {
        let value = char::from(*digit).to_digit(16)?;
        // Sixteen times a number ends with four zero bits: the digit always fits.
        Some(size.checked_mul(16)? + u64::from(value))
    })
}

/// The fields after the line of the last chunk.
fn trailers(section: &[u8]) -> Result<Headers, HeadError> {
    let text = str::from_utf8(section).map_err(|_| HeadError::NotUtf8)?;
    let mut trailers = Headers::new();
    for line in text.lines().skip(1).take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            return Err(HeadError::ObsoleteFolding);
        }
        let (name, value) = line.split_once(':').ok_or(HeadError::NoColon)?;
        trailers
            .try_append(name, value)
            .map_err(|error| match error {
                InvalidField::Name if name.ends_with([' ', '\t']) => {
                    HeadError::SpaceBeforeColon
                }
                // The scan has seen every value: there is no control character in it.
                InvalidField::Name | InvalidField::Value => HeadError::FieldName,
            })?;
    }
    Ok(trailers)
}
