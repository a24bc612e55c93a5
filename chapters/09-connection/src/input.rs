//! What has been read and not taken.

use std::io;
use std::mem;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use crate::pool::{self, READ_BUFFER};

/// What has been read and not taken. While there is nothing, it owns no buffer.
#[derive(Debug, Default)]
pub(crate) struct Input {
    buffer: Box<[u8]>,
    unread: Range<usize>,
}

impl Input {
    /// With bytes that came before.
    pub(crate) fn new(rest: Vec<u8>) -> Self {
        Self {
            unread: 0..rest.len(),
            buffer: rest.into_boxed_slice(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.unread.is_empty()
    }

    pub(crate) fn unread(&mut self) -> &mut [u8] {
        &mut self.buffer[self.unread.clone()]
    }

    /// Takes all but the last `left` bytes, of which the last `length` are given.
    pub(crate) fn take(&mut self, left: usize, length: usize) -> Range<usize> {
        let end = self.unread.end - left;
        self.unread.start = end;
        end - length..end
    }

    pub(crate) fn at(&mut self, range: Range<usize>) -> &mut [u8] {
        &mut self.buffer[range]
    }

    /// Reads, when everything is taken: how many bytes have come. What was lent of the
    /// buffer has been given back by now.
    pub(crate) fn poll_fill<Io: AsyncRead + Unpin>(
        &mut self,
        io: &mut Io,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if self.buffer.len() != READ_BUFFER {
            self.buffer = pool::take_for_reading();
        }
        let mut space = ReadBuf::new(&mut self.buffer);
        let read = Pin::new(io).poll_read(cx, &mut space);
        let count = space.filled().len();
        if count == 0 {
            // It has to wait, or there will be nothing more.
            pool::give_for_reading(mem::take(&mut self.buffer));
        }
        ready!(read)?;
        self.unread = 0..count;
        Poll::Ready(Ok(count))
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        pool::give_for_reading(mem::take(&mut self.buffer));
    }
}
