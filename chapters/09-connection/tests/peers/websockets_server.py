"""Python's `websockets` as a server for our client. Prints its port, and how each
connection ended. With the files of a certificate and its key it speaks TLS."""

import asyncio
import ssl
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


def tls(files):
    if not files:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


async def main():
    over = asyncio.get_running_loop().create_future()

    async def handle(websocket):
        try:
            async for message in websocket:
                if message == "close me":
                    await websocket.close(4001, "done")
                elif message == "ping me":
                    await (await websocket.ping(b"are you there"))
                    await websocket.send("pong: are you there")
                elif message == "fragments":
                    await websocket.send(["ab", "c"])
                elif message == "bad":
                    websocket.transport.write(b"\x83\x00")
                elif message == "utf-8":
                    websocket.transport.write(b"\x81\x01\xff")
                elif message == "stop":
                    over.set_result(None)
                else:
                    await websocket.send(message)
        except ConnectionClosed:
            pass
        await websocket.wait_closed()
        if not over.done():
            print("closed", websocket.close_code, websocket.close_reason, flush=True)

    async with serve(
        handle, "127.0.0.1", 0, ssl=tls(sys.argv[1:]), compression=None, max_size=None
    ) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await over


asyncio.run(asyncio.wait_for(main(), 30))
