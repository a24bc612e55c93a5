//! Server and client meet over TCP.
use raw_http::{Client, Config, Request, Response, serve};
use tokio::net::TcpListener;
use wiretap::Tcp;

#[tokio::test]
async fn client_and_server_agree() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dialer = Tcp(listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
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
