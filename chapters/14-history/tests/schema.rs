//! The schema of version 2 and its parser say the same.

#[path = "../../12-chat/tests/agrees/mod.rs"]
mod agrees;

use agrees::Protocol;
use history::protocol::{ClientMessage, schema};

fn version_2() -> Protocol {
    Protocol {
        schema: schema(),
        read: |text| ClientMessage::parse(text).map(|message| message.to_json()),
    }
}

#[test]
fn a_whole_message_is_read_and_written_as_it_was() {
    assert_eq!(version_2().messages().len(), 9);
    version_2().whole_messages();
}

#[test]
fn what_is_required_is_missed_and_nothing_else() {
    version_2().fields();
}

#[test]
fn every_limit_is_where_the_schema_has_it() {
    let (words, numbers) = version_2().limits();
    assert_eq!((words, numbers), (15, 4));
}
