//! The chunked transfer coding, RFC 9112 §7.1: each rule at every split point.

#[path = "common/chunks.rs"]
mod chunks;

use bytes::BytesMut;
use chunks::{at_every_split, body, decode, mistake};
use http_streaming::{
    ChunkError, ChunkLimits, ChunkedDecoder, Part, put_chunk, put_last_chunk,
};
use raw_http::{HeadError, Headers};

#[test]
fn section_7_1_chunks_are_put_together() {
    assert_eq!(
        body("5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"),
        "hello, world"
    );
    assert_eq!(body("0\r\n\r\n"), "");
    // Line ends in the data are data.
    assert_eq!(body("6\r\na\r\n0\r\n\r\n0\r\n\r\n"), "a\r\n0\r\n");
}

#[test]
fn section_7_1_the_size_is_hex_in_either_case_and_may_have_leading_zeros() {
    let data = "x".repeat(0xab);
    for size in ["ab", "AB", "aB", "000000000000000000000000AB"] {
        assert_eq!(body(&format!("{size}\r\n{data}\r\n0\r\n\r\n")), data);
    }
    assert_eq!(body("0000000000000000000000\r\n\r\n"), "");
}

#[test]
fn section_7_1_a_size_that_does_not_fit_is_refused_and_does_not_wrap_around() {
    // 2⁶⁴ + 5: with wrapping arithmetic this would be a 5.
    assert_eq!(
        mistake("10000000000000005\r\nhello\r\n0\r\n\r\n"),
        ChunkError::SizeTooLarge
    );
    assert_eq!(mistake("fffffffffffffffff\r\n"), ChunkError::SizeTooLarge);
    // The greatest that fits is a size like any other, and nothing is reserved for it.
    let outcome = decode(&ChunkLimits::default(), [&b"ffffffffffffffff\r\nabc"[..]]);
    assert_eq!(outcome.data, b"abc");
    assert_eq!(outcome.end, Err(ChunkError::Incomplete));
}

#[test]
fn section_7_1_a_size_is_digits_and_nothing_else() {
    for bytes in [
        "\r\n",
        "x\r\n",
        "+5\r\nhello",
        "-1\r\n",
        " 5\r\nhello",
        ";a\r\n",
    ] {
        assert_eq!(mistake(bytes), ChunkError::NoSize, "{bytes:?}");
    }
    for bytes in ["0x5\r\nhello", "5,\r\nhello", "5 5\r\nhello", "5 \r\nhello"] {
        assert_eq!(mistake(bytes), ChunkError::AfterSize, "{bytes:?}");
    }
}

#[test]
fn section_7_1_the_data_ends_with_crlf_where_its_size_says() {
    for bytes in [
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello, world\r\n0\r\n\r\n",
        "5\r\nhello \r\n0\r\n\r\n",
    ] {
        let outcome = at_every_split(&ChunkLimits::default(), bytes.as_bytes());
        assert_eq!(outcome.end, Err(ChunkError::DataLineEnd), "{bytes:?}");
        assert_eq!(outcome.data, b"hello", "what was before it, and no more");
    }
}

#[test]
fn section_7_1_a_line_ends_with_both_cr_and_lf() {
    for bytes in [
        "5\nhello\r\n",
        "5\rhello",
        "5;a\nb\r\n",
        "5;a\x07\r\n",
        "5\0\r\n",
    ] {
        assert_eq!(mistake(bytes), ChunkError::SizeLineEnd, "{bytes:?}");
    }
}

#[test]
fn section_7_1_1_extensions_are_ignored() {
    for extension in [
        ";a",
        ";a=b",
        ";a=\"b;c\"",
        " ; a = b ;c",
        "\t;",
        ";ü",
        ";0\t;5",
    ] {
        let bytes = format!("5{extension}\r\nhello\r\n0{extension}\r\n\r\n");
        assert_eq!(body(&bytes), "hello", "{extension:?}");
    }
}

#[test]
fn section_7_1_1_extensions_are_capped_in_a_line_and_in_a_body() {
    let limits = ChunkLimits {
        size_line_bytes: 10,
        extension_bytes: 20,
        ..ChunkLimits::default()
    };
    let end = |bytes: &str| at_every_split(&limits, bytes.as_bytes()).end;
    assert!(end("1;34567890\r\na\r\n0\r\n\r\n").is_ok());
    let long = end("1;345678901\r\na\r\n0\r\n\r\n");
    assert_eq!(long, Err(ChunkError::SizeLineTooLong));
    let endless = end("1;34567890123456789012345678901234567890");
    assert_eq!(endless, Err(ChunkError::SizeLineTooLong));
    let zeros = end("00000000000000000000000000000000000000000000");
    assert_eq!(zeros, Err(ChunkError::SizeLineTooLong));
    // Ten bytes of extensions twice, and then one more.
    let chunk = "1;34567890\r\na\r\n".repeat(2);
    assert!(end(&format!("{chunk}0;\r\n\r\n")).is_ok());
    assert!(end(&format!("{chunk}0;3\r\n\r\n")).is_ok());
    let many = end(&format!("{chunk}0;34\r\n\r\n"));
    assert_eq!(many, Err(ChunkError::TooManyExtensions));
    let many = end(&format!("{chunk}1;34\r\na\r\n0\r\n\r\n"));
    assert_eq!(many, Err(ChunkError::TooManyExtensions));
}

#[test]
fn section_7_1_2_trailers_are_read_and_kept_apart() {
    let bytes = "1\r\na\r\n0\r\nChecksum: 97\r\nX-Empty:\r\n\r\nHTTP/1.1";
    let outcome = at_every_split(&ChunkLimits::default(), bytes.as_bytes());
    let trailers = outcome.end.expect("a whole body");
    // They are a value of their own: nothing here knows of a head to merge them into.
    let expected = Headers::from_iter([("Checksum", "97"), ("X-Empty", "")]);
    assert_eq!(trailers, expected);
    assert_eq!(outcome.rest, b"HTTP/1.1", "what follows is not touched");
}

#[test]
fn section_7_1_2_trailers_are_capped() {
    let limits = ChunkLimits {
        trailer_bytes: 40,
        trailer_count: 2,
        ..ChunkLimits::default()
    };
    let end = |bytes: &str| at_every_split(&limits, bytes.as_bytes()).end;
    assert!(end("0\r\na: 1\r\nb: 2\r\n\r\n").is_ok());
    assert_eq!(
        end("0\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n"),
        Err(ChunkError::Trailers(HeadError::TooManyFields))
    );
    assert_eq!(
        end(&format!("0\r\na: {}\r\n\r\n", "x".repeat(40))),
        Err(ChunkError::Trailers(HeadError::HeadTooLong))
    );
}

#[test]
fn section_7_1_2_trailers_keep_the_rules_of_fields() {
    for (bytes, error) in [
        ("0\r\na : 1\r\n\r\n", HeadError::SpaceBeforeColon),
        ("0\r\na: 1\r\n b\r\n\r\n", HeadError::ObsoleteFolding),
        ("0\r\na\r\n\r\n", HeadError::NoColon),
        ("0\r\n: a\r\n\r\n", HeadError::FieldName),
        ("0\r\na: 1\n\r\n", HeadError::BareLf),
        ("0\r\na: 1\r\r\n\r\n", HeadError::BareCr),
        ("0\r\na: \x01\r\n\r\n", HeadError::ControlCharacter(1)),
    ] {
        assert_eq!(mistake(bytes), ChunkError::Trailers(error), "{bytes:?}");
    }
    let outcome = decode(&ChunkLimits::default(), [&b"0\r\na: \xff\r\n\r\n"[..]]);
    assert_eq!(outcome.end, Err(ChunkError::Trailers(HeadError::NotUtf8)));
}

#[test]
fn section_8_a_body_without_its_last_chunk_is_incomplete() {
    let whole = "5\r\nhello\r\n0\r\na: b\r\n\r\n";
    for end in 0..whole.len() {
        let cut = &whole[..end];
        assert_eq!(mistake(cut), ChunkError::Incomplete, "{cut:?}");
    }
    assert_eq!(body(whole), "hello");
}

#[test]
fn data_is_handed_on_before_its_chunk_is_complete() {
    let mut decoder = ChunkedDecoder::new(ChunkLimits::default());
    let mut buffer = BytesMut::from("7fffffffffffffff\r\nthe beginning");
    let part = decoder.decode(&mut buffer).expect("it is right so far");
    assert_eq!(part, Some(Part::Data("the beginning".into())));
}

#[test]
fn the_encoder_writes_sizes_in_hex_and_no_empty_chunk() {
    let mut out = BytesMut::new();
    put_chunk(b"", &mut out);
    assert_eq!(&out[..], b"", "a chunk of size 0 would be the end");
    put_chunk(&[b'x'; 26], &mut out);
    assert_eq!(&out[..], b"1a\r\nxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n");
    out.clear();
    put_last_chunk(&Headers::new(), &mut out);
    assert_eq!(&out[..], b"0\r\n\r\n");
}

/// RFC 9110 §6.5.1: what frames, routes or describes the body comes too late in a trailer.
#[test]
fn the_encoder_leaves_out_what_no_trailer_may_say() {
    let trailers = Headers::from_iter([
        ("Checksum", "97"),
        ("Content-Length", "5"),
        ("transfer-encoding", "chunked"),
        ("HOST", "elsewhere"),
    ]);
    let mut out = BytesMut::new();
    put_last_chunk(&trailers, &mut out);
    assert_eq!(&out[..], b"0\r\nChecksum: 97\r\n\r\n");
}
