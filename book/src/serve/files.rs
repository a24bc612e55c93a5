//! The built site, held in memory: what is served is one whole build, never half of two.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::live::Live;
use crate::links::walk;

/// The files of a site by their paths.
#[derive(Debug, Default)]
pub(super) struct Site(HashMap<String, Bytes>);

impl Site {
    /// Reads all files under `folder`.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let mut names = Vec::new();
        walk(folder, "", &mut names)?;
        let mut files = HashMap::with_capacity(names.len());
        for name in names {
            let bytes = std::fs::read(folder.join(&name))?;
            files.insert(name, Bytes::from(bytes));
        }
        Ok(Self(files))
    }

    fn get(&self, path: &str) -> Option<(&str, Bytes)> {
        let path = path.trim_start_matches('/');
        let (name, bytes) = match path {
            "" => self.0.get_key_value("index.html")?,
            path => self.0.get_key_value(path)?,
        };
        Some((name, bytes.clone()))
    }
}

/// Answers with a file of the last good build. There is no file system behind this: a
/// path is a key, so `..` leads nowhere.
pub(super) async fn serve(State(live): State<Arc<Live>>, uri: Uri) -> Response {
    let Some(site) = live.site() else {
        return (StatusCode::SERVICE_UNAVAILABLE, live.placeholder()).into_response();
    };
    let (status, found) = match site.get(uri.path()) {
        Some(found) => (StatusCode::OK, Some(found)),
        None => (StatusCode::NOT_FOUND, site.get("404.html")),
    };
    match found {
        Some((name, bytes)) => {
            (status, [(header::CONTENT_TYPE, mime(name))], bytes).into_response()
        }
        None => status.into_response(),
    }
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
