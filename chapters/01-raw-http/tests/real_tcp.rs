//! Over real TCP, which does what no link in memory does: RST.

use std::io::ErrorKind;

use raw_http::{Client, Config, Connection, Limits, Request, Response, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wiretap::Tcp;

#[tokio::test]
async fn client_and_server_agree() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dialer = Tcp(listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(
        listener,
        |request: Request| async move {
            Response::text(200, format!("{} {:?}", request.target, request.body))
        },
        Config::default(),
        async { drop(stopped.await) },
    ));
    let mut client = Client::new(dialer, "localhost");
    for _ in 0..2 {
        let answer = client.send(Request::post("/x", "hello")).await.unwrap();
        assert_eq!(answer.body, r#"/x b"hello""#);
    }
    drop((stop, client));
    server.await.unwrap();
}

/// Both ends of a connection on which the client has sent a request and something after
/// it, and the server has filled the kernel's buffers with its answer. Gives the number of
/// bytes of the answer too: the kernel has taken them all.
async fn answered() -> (TcpStream, TcpStream, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut client = TcpStream::connect(address).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    client
        .write_all(b"a request, and more than that")
        .await
        .unwrap();
    server.read_exact(&mut [0; 9]).await.unwrap();
    server.writable().await.unwrap();
    let mut sent = 0;
    loop {
        match server.try_write(&[b'a'; 4096]) {
            Ok(written) => sent += written,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
        // Lets the runtime notice when the socket is writable again.
        tokio::task::yield_now().await;
    }
    (client, server, sent)
}

#[tokio::test]
async fn rfc9112_9_6_a_close_with_unread_bytes_destroys_the_answer() {
    let (mut client, server, sent) = answered().await;
    // ", and more than that" has not been read.
    drop(server);
    let mut heard = Vec::new();
    let error = client.read_to_end(&mut heard).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(
        heard.len() < sent,
        "{} of {sent} bytes arrived",
        heard.len()
    );
}

#[tokio::test]
async fn rfc9112_9_6_a_draining_close_delivers_the_answer() {
    let (mut client, server, sent) = answered().await;
    let closing = tokio::spawn(async move {
        Connection::new(server, Limits::default()).close().await
    });
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard.len(), sent);
    drop(client);
    closing.await.unwrap().unwrap();
}

#[tokio::test]
async fn rfc9112_9_6_the_server_closes_that_way_after_every_mistake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let handler = |_: Request| async { Response::new(204) };
    let shutdown = async { drop(stopped.await) };
    let server = tokio::spawn(serve(listener, handler, Config::default(), shutdown));
    let mut client = TcpStream::connect(address).await.unwrap();
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n";
    client.write_all(head).await.unwrap();
    // All of the refused body goes out, and still the answer arrives, and then the end.
    client.write_all(&vec![b'a'; 8_000_000]).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    drop((client, stop));
    server.await.unwrap();
}
