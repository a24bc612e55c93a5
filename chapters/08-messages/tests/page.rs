//! The table of the page.

mod common;

use common::thousands;
use frames::{Header, MaskingKey, Opcode};
use serde_json::json;

/// The bytes of all headers of a message of `length` bytes in fragments of `size`.
fn headers(length: usize, size: usize, masking_key: Option<MaskingKey>) -> usize {
    let payload = vec![0; length];
    let fragments = payload.chunks(size);
    let header = |fragment: &[u8]| {
        let header = Header::new(Opcode::Continuation, fragment.len() as u64);
        let header = Header {
            masking_key,
            ..header
        };
        header.encode().len()
    };
    fragments.map(header).sum()
}

#[test]
fn what_fragments_cost_on_the_wire() {
    const LENGTH: usize = 64 << 10;
    let mut rows = Vec::new();
    for size in [LENGTH, 16 << 10, 1 << 10, 125, 1] {
        let client = headers(LENGTH, size, Some(MaskingKey([0; 4])));
        let server = headers(LENGTH, size, None);
        assert!(server < client);
        let row = [size, LENGTH.div_ceil(size), client, server];
        rows.push(row.map(thousands));
    }
    let table = json!({
        "caption": "A message of 65,536 bytes, and the headers of its fragments",
        "columns": [
            "bytes in a fragment", "fragments", "bytes of headers, from a client",
            "from a server",
        ],
        "rows": rows,
        "note": "Counted on the headers that chapter 7 writes.",
    });
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        let text = serde_json::to_string_pretty(&table).expect("it is JSON");
        insta::assert_snapshot!("fragments", text);
    });
}
