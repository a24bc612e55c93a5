//! What axe-core finds in a page that not everybody can use.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use crate::Page;

/// Where `.ci/run` puts it.
fn folder() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")));
    let cache = cache.unwrap_or_else(env::temp_dir);
    cache.join("websockets-from-the-wire-up/peers/node")
}

/// The program, if it is there. If not, that is said; in CI it fails.
pub(super) fn script() -> Option<String> {
    let folder = folder();
    let file = folder.join("node_modules/axe-core/axe.min.js");
    if let Ok(script) = fs::read_to_string(file) {
        return Some(script);
    }
    let message = format!(
        "no axe-core here: the app is not looked through by it; get it with: \
         npm install --prefix {} axe-core",
        folder.display()
    );
    assert!(env::var_os("CI").is_none(), "{message}");
    writeln!(std::io::stderr(), "\nignored: {message}").expect("stderr is open");
    None
}

/// What it finds, one line for each rule that is broken.
pub(super) async fn violations(page: &Page, script: &str) -> String {
    let load = format!("if (window.axe === undefined) {{ {script}\n }}\n0");
    page.eval(&load).await;
    page.text(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
            violations.map(({ id, nodes }) => `${id}: ` + nodes.map(({ target, any, all, none }) =>
                `${target.join(' ')} (${[...any, ...all, ...none].map(it => it.message)})`)
            .join('; ')).join('\\n'))",
    )
    .await
}
