"""Python's `websockets` as a client of our server. Prints what it is told."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


def open_to(url):
    return connect(url, compression=None, max_size=None)


async def told_at_the_end(websocket):
    try:
        while True:
            await websocket.recv()
    except ConnectionClosed as end:
        return end.rcvd


async def talk(url):
    async with open_to(url) as websocket:
        await websocket.send("héllo 🦀")
        print("text", await websocket.recv())
        await websocket.send(b"\x00\xff\x80")
        print("binary", (await websocket.recv()).hex())
        await websocket.send(["ab", "c"])
        print("fragments", await websocket.recv())
        await (await websocket.ping(b"hi"))
        print("pong hi")
        await websocket.send("ping me")
        print("pinged", await websocket.recv())
        await websocket.send(b"x" * (1 << 20))
        print("mebibyte", len(await websocket.recv()))
        await websocket.close(4000, "bye")
        print("closed", websocket.close_code, websocket.close_reason)
    async with open_to(url) as websocket:
        await websocket.send("close me")
        close = await told_at_the_end(websocket)
        print("closed", close.code, close.reason)
    # An opcode that is reserved; and a text that is not UTF-8. Both masked.
    for name, frame in [("bad", b"\x83\x80\0\0\0\0"), ("utf-8", b"\x81\x81\0\0\0\0\xff")]:
        async with open_to(url) as websocket:
            websocket.transport.write(frame)
            print(name, (await told_at_the_end(websocket)).code)


asyncio.run(asyncio.wait_for(talk(sys.argv[1]), 30))
