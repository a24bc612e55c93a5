//! Frames on demand, bad ones too.

use bytes::BytesMut;
use clap::{Args as ClapArgs, ValueEnum};
use frames::{Header, MaskingKey, Opcode, Rsv, put_frame};

use crate::hex;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// What the frame is.
    #[arg(long, value_enum, default_value_t = Kind::Text)]
    opcode: Kind,
    /// The message goes on in another frame.
    #[arg(long)]
    no_fin: bool,
    /// Set the first reserved bit.
    #[arg(long)]
    rsv1: bool,
    /// The masking key, four bytes in hex, for a frame from a client.
    #[arg(long)]
    mask: Option<String>,
    /// The payload, as text.
    #[arg(default_value = "")]
    payload: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl From<Kind> for Opcode {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Continuation => Self::Continuation,
            Kind::Text => Self::Text,
            Kind::Binary => Self::Binary,
            Kind::Close => Self::Close,
            Kind::Ping => Self::Ping,
            Kind::Pong => Self::Pong,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<String, String> {
    let header = Header {
        fin: !args.no_fin,
        rsv: if args.rsv1 { Rsv::RSV1 } else { Rsv::NONE },
        masking_key: args.mask.as_deref().map(masking_key).transpose()?,
        ..Header::new(args.opcode.into(), 0)
    };
    let mut frame = BytesMut::new();
    put_frame(header, args.payload.as_bytes(), &mut frame);
    Ok(hex::write(&frame))
}

fn masking_key(text: &str) -> Result<MaskingKey, String> {
    let bytes = hex::parse(text)?;
    let key = bytes.try_into().map_err(|bytes: Vec<u8>| {
        format!("a masking key has 4 bytes, and this one {}", bytes.len())
    })?;
    Ok(MaskingKey(key))
}
