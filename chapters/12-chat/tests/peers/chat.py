"""The chat's main cases, spoken with Python's `websockets`, from the protocol's page alone."""

import asyncio
import json
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

URL = sys.argv[1]


async def say(socket, **message):
    await socket.send(json.dumps(message))


async def hears(socket, **expected):
    """The next message, all of it; only the text of an error is the server's own."""
    message = json.loads(await asyncio.wait_for(socket.recv(), 30))
    if message["type"] == "error":
        assert message.pop("text")
    assert message == expected, f"{message}, and not {expected}"


async def guest(name):
    socket = await connect(URL)
    await say(socket, type="hello", version=1, name=f" {name} ")
    await hears(socket, type="welcome", version=1, name=name)
    return socket


async def join(socket, room, members, seq=0):
    await say(socket, type="join", room=room)
    await hears(socket, type="joined", room=room, seq=seq, members=members)


async def hello():
    socket = await connect(URL)
    await say(socket, type="join", room="py-hello")
    await hears(socket, type="error", code="hello_first")
    await say(socket, type="hello", version=99, name="Ann")
    await hears(socket, type="error", code="unknown_version", field="version")
    await say(socket, type="hello", version=1, name="Ann")
    await hears(socket, type="welcome", version=1, name="Ann")
    await say(socket, type="hello", version=1, name="Ann")
    await hears(socket, type="error", code="hello_again")


async def talking():
    ann, bob, room = await guest("Ann"), await guest("Bob"), "py-talking"
    await join(ann, room, ["Ann"])
    await join(bob, room, ["Ann", "Bob"])
    await hears(ann, type="presence", room=room, name="Bob", state="here")
    text = "<b>für</b> 5 € 🎉\n"
    await say(ann, type="say", room=room, text=text, id="a1")
    for socket in (ann, bob):
        await hears(socket, type="message", room=room, seq=1, name="Ann", text=text, id="a1")
    await say(bob, type="typing", room=room)
    await hears(ann, type="typing", room=room, name="Bob")
    await say(bob, type="say", room=room, text="yes")
    for socket in (ann, bob):
        await hears(socket, type="message", room=room, seq=2, name="Bob", text="yes")
    await say(bob, type="leave", room=room)
    await hears(bob, type="left", room=room)
    await hears(ann, type="presence", room=room, name="Bob", state="gone")
    await say(bob, type="say", room=room, text="still?", id="b1")
    await hears(bob, type="error", code="not_in_room", field="room", id="b1")


async def windows():
    ann, room = await guest("Ann"), "py-windows"
    phone, laptop = await guest("Bob"), await guest("Bob")
    await join(ann, room, ["Ann"])
    await join(phone, room, ["Ann", "Bob"])
    await hears(ann, type="presence", room=room, name="Bob", state="here")
    await join(laptop, room, ["Ann", "Bob"])
    await phone.close()
    await say(laptop, type="say", room=room, text="here")
    await hears(ann, type="message", room=room, seq=1, name="Bob", text="here")
    await laptop.close()
    await hears(ann, type="presence", room=room, name="Bob", state="gone")


async def refusals():
    ann, room = await guest("Ann"), "py-refusals"
    await join(ann, room, ["Ann"])
    await ann.send("[]")
    await hears(ann, type="error", code="malformed")
    for message, code, field in [
        ({}, "malformed", "type"),
        ({"type": "shout"}, "unknown_type", "type"),
        ({"type": "join"}, "malformed", "room"),
        ({"type": "join", "room": 5}, "malformed", "room"),
        ({"type": "join", "room": "Tea"}, "bad_character", "room"),
        ({"type": "join", "room": room, "colour": "red"}, "malformed", "colour"),
        ({"type": "say", "room": room, "text": " "}, "empty", "text"),
        ({"type": "say", "room": room, "text": "é" * 2049}, "too_long", "text"),
    ]:
        await ann.send(json.dumps(message))
        await hears(ann, type="error", code=code, field=field)
    await say(ann, type="say", room=room, text="é" * 2048)
    await hears(ann, type="message", room=room, seq=1, name="Ann", text="é" * 2048)


async def closes():
    for wrong, code in [(b"{}", 1003), ("x" * 40_000, 1009)]:
        ann = await guest("Ann")
        await ann.send(wrong)
        try:
            await asyncio.wait_for(ann.recv(), 30)
            raise AssertionError("it is not closed")
        except ConnectionClosed as closed:
            assert closed.rcvd.code == code, closed


async def main():
    for case in (hello, talking, windows, refusals, closes):
        await case()
        print(case.__name__)


asyncio.run(main())
