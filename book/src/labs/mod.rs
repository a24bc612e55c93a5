//! The live labs. Written next.

use std::path::Path;

use anyhow::bail;
use axum::Router;

/// What the labs answer; merged into the site's routes, behind its guard.
pub(crate) fn router() -> Router {
    Router::new()
}

/// The element that a page shows, as HTML without a blank line.
pub(crate) fn render(_root: &Path, chapter: &str) -> anyhow::Result<String> {
    bail!("there is no lab for chapter {chapter} yet")
}
