//! What the wait in `news` is made of. The test that tries every interleaving compiles
//! that file a second time, with parts of the same behaviour that loom can see through.

pub(crate) use short_polling::SharedBoard;
pub(crate) use tokio::sync::Notify;
