//! What the page of the numbers says about other libraries.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use tokio_tungstenite_0_30::tungstenite::protocol::Role;
use tokio_tungstenite_0_30::tungstenite::{Message, WebSocket};

/// A stream that gives a frame with every read, and looks at the buffer it is given.
struct Nosy {
    /// The bytes of each buffer, and whether all of them were zeros.
    seen: Rc<RefCell<Vec<(usize, bool)>>>,
}

impl Read for Nosy {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let zeros = buffer.iter().all(|byte| *byte == 0);
        self.seen.borrow_mut().push((buffer.len(), zeros));
        // What is not zero at the next read was not filled in between.
        buffer.fill(0xff);
        // A ping of a server has no mask.
        buffer[..2].copy_from_slice(b"\x89\x00");
        Ok(2)
    }
}

impl Write for Nosy {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn tungstenite_0_30_fills_its_buffer_with_zeros_before_each_read() {
    let seen = Rc::default();
    let stream = Nosy {
        seen: Rc::clone(&seen),
    };
    let mut websocket = WebSocket::from_raw_socket(stream, Role::Client, None);
    for _ in 0..3 {
        let message = websocket.read().expect("a ping is valid");
        assert_eq!(message, Message::Ping(Vec::new().into()));
    }
    let seen = seen.take();
    assert_eq!(seen.len(), 3, "a read for each");
    for (length, zeros) in seen {
        assert!(zeros, "all {length} bytes are zeros again");
        assert!(length > 100 * 1024, "128 KiB, less what was read: {length}");
    }
}
