//! WebSocket frames, their header read by `tungstenite`.

use std::io::Cursor;

use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::content::{Excerpt, Form, escape, hex};
use crate::transcript::Field;

/// A frame under way.
#[derive(Debug)]
pub(super) struct Frame {
    header: FrameHeader,
    header_length: usize,
    payload_length: u64,
    payload: Excerpt,
}

impl Frame {
    /// Reads a header; `None` while it is incomplete, or if it is none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let (header, payload_length) = FrameHeader::parse(&mut cursor).ok()??;
        Some(Self {
            header,
            header_length: usize::try_from(cursor.position()).ok()?,
            payload_length,
            payload: Excerpt::default(),
        })
    }

    pub(super) fn header_length(&self) -> usize {
        self.header_length
    }

    pub(super) fn payload_length(&self) -> u64 {
        self.payload_length
    }

    /// Takes more of the payload and unmasks it (RFC 6455 §5.3).
    pub(super) fn push(&mut self, bytes: &[u8]) {
        match self.header.mask {
            None => self.payload.push(bytes),
            Some(key) => {
                let offset = (self.payload.length() % 4) as usize;
                let keys = key.iter().cycle().skip(offset);
                let plain: Vec<u8> =
                    bytes.iter().zip(keys).map(|(b, k)| b ^ k).collect();
                self.payload.push(&plain);
            }
        }
    }

    pub(super) fn label(&self) -> String {
        format!("{} frame", opcode_name(self.header.opcode))
    }

    /// The fields in their order on the wire (RFC 6455 §5.2).
    pub(super) fn fields(&self) -> Vec<Field> {
        let header = &self.header;
        let bit = |set: bool| if set { '1' } else { '0' };
        let rsv = [header.rsv1, header.rsv2, header.rsv3].map(bit);
        let opcode = u8::from(header.opcode);
        let mut fields = vec![
            field("FIN", bit(header.is_final)),
            field("RSV1-3", rsv.iter().collect::<String>()),
            field(
                "opcode",
                format!("{opcode:X} ({})", opcode_name(header.opcode)),
            ),
            field("MASK", bit(header.mask.is_some())),
            field("Payload len", self.payload_length),
        ];
        if let Some(key) = header.mask {
            fields.push(field("Masking-key", hex(&key)));
        }
        let goodbye = self.goodbye();
        let content = match goodbye {
            Some(_) => self.payload.to_hex(),
            None => self.payload.to_content(),
        };
        let text = match content.form {
            Form::Text => content.lines.concat(),
            Form::Hex => content.lines.join(" "),
        };
        if !text.is_empty() {
            let more = if content.omitted > 0 { " …" } else { "" };
            fields.push(field("Payload", format!("{text}{more}")));
        }
        if let Some((code, reason)) = goodbye {
            fields.push(field("Close code", code));
            if !reason.is_empty() {
                fields.push(field("Close reason", escape(reason)));
            }
        }
        fields
    }

    /// What a Close says, as far as it has come: a code in two bytes, and a reason (RFC 6455
    /// §5.5.1). A fragment, a longer payload or a reserved bit is no Close that says anything.
    fn goodbye(&self) -> Option<(u16, &[u8])> {
        let header = &self.header;
        let is_plain = header.is_final && !(header.rsv1 || header.rsv2 || header.rsv3);
        let is_close = header.opcode == OpCode::Control(Control::Close);
        if !(is_close && is_plain && self.payload_length <= 125) {
            return None;
        }
        let (code, reason) = self.payload.beginning().split_first_chunk()?;
        Some((u16::from_be_bytes(*code), reason))
    }
}

fn field(name: &str, value: impl ToString) -> Field {
    Field {
        name: name.to_owned(),
        value: value.to_string(),
    }
}

fn opcode_name(opcode: OpCode) -> &'static str {
    match opcode {
        OpCode::Data(Data::Continue) => "continuation",
        OpCode::Data(Data::Text) => "text",
        OpCode::Data(Data::Binary) => "binary",
        OpCode::Control(Control::Close) => "close",
        OpCode::Control(Control::Ping) => "ping",
        OpCode::Control(Control::Pong) => "pong",
        OpCode::Data(Data::Reserved(_)) | OpCode::Control(Control::Reserved(_)) => {
            "reserved"
        }
    }
}
