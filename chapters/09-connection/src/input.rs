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
    /// What was taken last.
    taken: Range<usize>,
}

impl Input {
    /// With bytes that came before.
    pub(crate) fn new(rest: Vec<u8>) -> Self {
        Self {
            unread: 0..rest.len(),
            taken: 0..0,
            buffer: rest.into_boxed_slice(),
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.unread.is_empty()
    }

    #[inline]
    pub(crate) fn unread(&mut self) -> &mut [u8] {
        &mut self.buffer[self.unread.clone()]
    }

    /// Takes all but the last `left` bytes. The last `length` of what is taken can be had
    /// from [`taken`](Self::taken).
    #[inline]
    pub(crate) fn take(&mut self, left: usize, length: usize) {
        let end = self.unread.end - left;
        self.unread.start = end;
        self.taken = end - length..end;
    }

    #[inline]
    pub(crate) fn taken(&mut self) -> &mut [u8] {
        &mut self.buffer[self.taken.clone()]
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
