//! The lab on its page: an element that holds a recording until it comes to life.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::chapter::Chapter;
use crate::{figure, snapshot};

/// The element that a page shows, as HTML without a blank line. Without a script, and
/// without this program behind the page, it is the figure of a recorded run.
pub(crate) fn render(root: &Path, chapter: &str) -> anyhow::Result<String> {
    let Some(found) = Chapter::find(chapter) else {
        bail!("there is no lab for chapter {chapter}");
    };
    let path = recording(found);
    let transcript = snapshot::transcript(root, &path)
        .map_err(|fault| anyhow::anyhow!("{}: {}", fault.what, fault.remedy))?;
    let figure = figure::figure(&transcript);
    Ok(format!(
        "<wire-lab chapter=\"{chapter}\">\n{figure}</wire-lab>\n"
    ))
}

/// Where the recording of a lab is kept, from the workspace's root.
fn recording(chapter: Chapter) -> PathBuf {
    let number = chapter.number();
    PathBuf::from(format!("book/src/labs/recordings/lab_{number:02}.snap"))
}
