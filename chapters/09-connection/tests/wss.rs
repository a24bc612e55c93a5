//! `wss://`: the example's client, whose TLS is rustls, at Python's `websockets`, whose TLS
//! is OpenSSL. The certificate is made here, and trusted through `SSL_CERT_FILE`.

#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;
#[path = "peers/programs.rs"]
mod programs;

use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use program::Running;
use programs::{python, script};
use rcgen::{CertificateParams, DnType, KeyPair};
use tempfile::TempDir;

/// A server with a certificate for `localhost`, signed by itself.
struct Server {
    port: u16,
    certificate: PathBuf,
    folder: TempDir,
    _running: Running,
}

impl Server {
    /// `None` when there is no Python here, which is said; and fails in CI.
    fn start() -> Option<Self> {
        let mut python = python()?;
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = write_certificate(&folder, "the-servers", "somebody");
        let script = script("websockets_server.py");
        let running = Running::start(python.arg(script).args([&certificate, &key]));
        Some(Self {
            port: running.first_line.trim().parse().expect("a port"),
            certificate,
            folder,
            _running: running,
        })
    }
}

/// A certificate for `localhost` that `signer` has signed for itself, and its key.
fn write_certificate(folder: &TempDir, name: &str, signer: &str) -> (PathBuf, PathBuf) {
    let params = CertificateParams::new(["localhost".to_owned()]);
    let mut params = params.expect("a name");
    params.distinguished_name.push(DnType::CommonName, signer);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let write = |ending, text| {
        let path = folder.path().join(format!("{name}.{ending}"));
        fs::write(&path, text).expect("it is written");
        path
    };
    (
        write("pem", certificate.pem()),
        write("key", key.serialize_pem()),
    )
}

fn example() -> Command {
    Command::new(wiretap::harness::example("ch09-connection"))
}

/// The chapter's own server, which has no TLS, asked for it.
fn without_tls() -> (Running, String) {
    let server = Running::start(example().arg("serve"));
    let (_, address) = server.first_line.trim().split_once("ws://").expect("a URL");
    let url = format!("wss://{address}/");
    (server, url)
}

/// The example's client, which trusts nobody but those in a file.
fn client(url: &str, trusted: &Path) -> Command {
    let mut client = example();
    client
        .args(["connect", url])
        .env("SSL_CERT_FILE", trusted)
        .env_remove("SSL_CERT_DIR");
    client
}

/// What the client says instead of connecting.
#[track_caller]
fn refusal(url: &str, trusted: &Path) -> String {
    let output = client(url, trusted).stdin(Stdio::null()).output();
    let output = output.expect("it runs");
    assert!(!output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.starts_with(&format!("{url}: ")), "{said}");
    said
}

#[test]
fn peer_pythons_websockets_is_a_server_over_tls() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = format!("wss://localhost:{}/", server.port);
    let mut client = client(&url, &server.certificate);
    let mut client = Running::start(client.stdin(Stdio::piped()));
    assert_eq!(client.first_line, format!("connected to {url}\n"));
    let mut stdin = client.process.stdin.take().expect("it is piped");
    for (typed, told) in [
        ("héllo 🦀", "< héllo 🦀\n"),
        ("/ping there?", "< pong there?\n"),
        ("fragments", "< abc\n"),
        ("/close 4000 bye", "closed: 4000 bye\n"),
    ] {
        writeln!(stdin, "{typed}").expect("it listens");
        let mut line = String::new();
        client.output.read_line(&mut line).expect("text");
        assert_eq!(line, told);
    }
}

#[test]
fn rfc6455_10_6_a_certificate_that_nobody_vouches_for_is_refused() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = format!("wss://localhost:{}/", server.port);
    // What is trusted is somebody else, or somebody else of the same name.
    for signer in ["another", "somebody"] {
        let (other, _) = write_certificate(&server.folder, "anothers", signer);
        let said = refusal(&url, &other);
        let what = "nobody whom this system trusts has signed the server's certificate";
        assert!(said.contains(what), "{said}");
        assert!(said.contains("SSL_CERT_FILE"), "{said}");
    }
}

#[test]
fn rfc6455_10_6_a_certificate_for_another_name_is_refused() {
    let Some(server) = Server::start() else {
        return;
    };
    let url = format!("wss://127.0.0.1:{}/", server.port);
    let said = refusal(&url, &server.certificate);
    let what = "the server's certificate is for another name";
    for words in [what, "localhost", "Connect to a name that it has"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn who_trusts_nobody_is_told_how_to_trust_somebody() {
    let folder = tempfile::tempdir().expect("a folder");
    let nobody = folder.path().join("nobody.pem");
    fs::write(&nobody, "").expect("it is written");
    let (_server, url) = without_tls();
    let said = refusal(&url, &nobody);
    assert!(said.contains("no certificates to trust"), "{said}");
    assert!(said.contains("SSL_CERT_FILE"), "{said}");
}

#[test]
fn a_server_without_tls_is_called_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, _) = write_certificate(&folder, "somebodys", "somebody");
    let (_server, url) = without_tls();
    let said = refusal(&url, &certificate);
    assert!(said.contains("does not speak TLS here"), "{said}");
    assert!(said.contains("ws://"), "{said}");
}
