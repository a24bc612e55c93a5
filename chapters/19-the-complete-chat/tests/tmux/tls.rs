//! The same over TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use wiretap::harness;

use crate::Server;
use crate::house::PASSWORD;
use crate::pane::{Pane, is_there};

/// Takes TLS off what comes, and passes it on.
async fn take_off(listener: TcpListener, tls: TlsAcceptor, to: SocketAddr) {
    while let Ok((outside, _)) = listener.accept().await {
        let tls = tls.clone();
        tokio::spawn(async move {
            // Who does not trust the certificate does not come.
            if let Ok(mut outside) = tls.accept(outside).await {
                let mut inside = TcpStream::connect(to).await.expect("it listens");
                let _ = copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
    }
}

#[test]
fn over_tls_the_server_has_to_be_who_it_says() {
    if !is_there("the terminal client over TLS") {
        return;
    }
    let names = vec!["localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder().with_no_client_auth();
    let chain = vec![made.cert.der().clone()];
    let config = config.with_single_cert(chain, PrivateKeyDer::Pkcs8(key));
    let tls = TlsAcceptor::from(Arc::new(config.expect("a certificate and its key")));
    let folder = tempfile::tempdir().expect("a folder");
    let pem = folder.path().join("certificate.pem");
    std::fs::write(&pem, made.cert.pem()).expect("a file");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    let server = Server::called(Some(&format!("localhost:{port}")));
    server.runtime.spawn({
        let to = server.address;
        async move {
            let listener = TcpListener::from_std(listener).expect("a socket");
            take_off(listener, tls, to).await;
        }
    });

    let program = harness::example("ch19-terminal");
    let (program, pem) = (program.display(), pem.display());
    let line =
        format!("'{program}' --server https://localhost:{port} --name eve --sign-up");
    let trusting = format!("SSL_CERT_FILE='{pem}' {line}");
    let pane = Pane::run_line("trusting", &trusting);
    pane.shows("password of eve:");
    pane.enters(PASSWORD);
    pane.shows("connected as eve");
    pane.enters("/quit");
    pane.has_ended_with(0);

    let pane = Pane::run_line("strange", &line);
    // Where the system trusts nobody at all, that is said before anything is asked.
    let screen = pane.shows_that("a question or the end", |screen| {
        screen.contains("password of eve:") || screen.contains("ended with")
    });
    if screen.contains("password of eve:") {
        pane.enters(PASSWORD);
    }
    let screen = pane.has_ended_with(1);
    assert!(screen.contains("certificate"), "{screen}");
}
