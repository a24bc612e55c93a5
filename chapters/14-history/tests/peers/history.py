"""The main cases of the chat's version 2, spoken with Python's `websockets`, from the
protocol's page alone."""

import asyncio
import json
import secrets
import sys

from websockets.asyncio.client import connect

URL = sys.argv[1]
MARK = secrets.token_hex(8)
made = 0


def new_id():
    global made
    made += 1
    return f"{MARK}-{made}"


async def say(socket, **message):
    await socket.send(json.dumps(message))


async def hear(socket):
    message = json.loads(await asyncio.wait_for(socket.recv(), 30))
    if message["type"] == "error":
        assert message.pop("text")
    return message


async def hears(socket, **expected):
    """The next message, all of it; only the text of an error is the server's own."""
    message = await hear(socket)
    assert message == expected, f"{message}, and not {expected}"


async def hears_both(socket, *expected):
    """The next messages, in whatever order."""
    heard = [await hear(socket) for _ in expected]
    for message in expected:
        assert message in heard, f"{heard}, and not {message}"


async def guest(name):
    socket = await connect(URL)
    await say(socket, type="hello", version=2, name=name)
    await hears(socket, type="welcome", version=2, name=name)
    return socket


async def join(socket, room, members, seq=0, **after):
    await say(socket, type="join", room=room, **after)
    await hears(socket, type="joined", room=room, seq=seq, members=members)


def entry(room, seq, text, id, name="Ann"):
    return dict(type="message", room=room, seq=seq, name=name, text=text, id=id)


def accepted_as(room, seq, id):
    return dict(type="accepted", room=room, id=id, seq=seq)


async def says(socket, room, seq, text):
    """Says something, hears it and that it is kept."""
    id = new_id()
    await say(socket, type="say", room=room, text=text, id=id)
    await hears_both(socket, entry(room, seq, text, id), accepted_as(room, seq, id))
    return id


async def accepted():
    ann, bob, room = await guest("Ann"), await guest("Bob"), "py-accepted"
    await join(ann, room, ["Ann"])
    await join(bob, room, ["Ann", "Bob"])
    await hears(ann, type="presence", room=room, name="Bob", state="here")
    text = "<b>für</b> 5 € 🎉"
    id = await says(ann, room, 1, text)
    await hears(bob, **entry(room, 1, text, id))
    await say(bob, type="typing", room=room)
    await hears(ann, type="typing", room=room, name="Bob")


async def retry():
    ann, room, id = await guest("Ann"), "py-retry", new_id()
    await join(ann, room, ["Ann"])
    message = dict(type="say", room=room, text="once", id=id)
    await say(ann, **message)
    # The answer is not waited for.
    await ann.close()
    ann = await guest("Ann")
    await join_somehow(ann, room)
    await say(ann, **message)
    while (heard := await hear(ann)) != accepted_as(room, 1, id):
        assert heard == entry(room, 1, "once", id), heard
    await says(ann, room, 2, "and then")


async def join_somehow(socket, room):
    """Whether the first attempt has arrived is not known here."""
    await say(socket, type="join", room=room)
    joined = await hear(socket)
    assert joined["seq"] in (0, 1), joined


async def resume():
    ann, bob, room = await guest("Ann"), await guest("Bob"), "py-resume"
    await join(ann, room, ["Ann"])
    await join(bob, room, ["Ann", "Bob"])
    await hears(ann, type="presence", room=room, name="Bob", state="here")
    first = await says(ann, room, 1, "heard")
    await hears(bob, **entry(room, 1, "heard", first))
    bob.transport.abort()
    await hears(ann, type="presence", room=room, name="Bob", state="gone")
    missed = [await says(ann, room, seq, f"missed {seq}") for seq in (2, 3)]
    bob = await guest("Bob")
    await join(bob, room, ["Ann", "Bob"], seq=3, after=1)
    for seq, id in zip((2, 3), missed):
        await hears(bob, **entry(room, seq, f"missed {seq}", id))
    await hears(ann, type="presence", room=room, name="Bob", state="here")
    now = await says(ann, room, 4, "now")
    await hears(bob, **entry(room, 4, "now", now))


async def gap():
    ann = await guest("Ann")
    await join(ann, "old", ["Ann"], seq=1010, after=3)
    await hears(ann, type="gap", room="old", first=4, last=10)
    for seq in range(11, 1011):
        heard = await hear(ann)
        assert (heard["seq"], heard["text"]) == (seq, f"message {seq}"), heard
    # She has seen what is not there.
    await say(ann, type="leave", room="old")
    await hears(ann, type="left", room="old")
    await join(ann, "old", ["Ann"], seq=1010, after=1015)
    await hears(ann, type="gap", room="old", first=1011, last=1015)


async def edit():
    ann, room, id = await guest("Ann"), "py-edit", new_id()
    await join(ann, room, ["Ann"])
    await says(ann, room, 1, "fery")
    changed = dict(type="edited", room=room, seq=2, target=1, name="Ann", text="ferry")
    message = dict(type="edit", room=room, seq=1, text="ferry", id=id)
    await say(ann, **message)
    await hears_both(ann, changed, accepted_as(room, 2, id))
    await say(ann, **message)
    await hears(ann, **accepted_as(room, 2, id))


async def delete():
    ann, room, id = await guest("Ann"), "py-delete", new_id()
    await join(ann, room, ["Ann"])
    said = await says(ann, room, 1, "a secret")
    gone = dict(type="deleted", room=room, seq=2, target=1, name="Ann")
    await say(ann, type="delete", room=room, seq=1, id=id)
    await hears_both(ann, gone, accepted_as(room, 2, id))
    bob = await guest("Bob")
    await join(bob, room, ["Ann", "Bob"], seq=2, after=0)
    await hears(bob, type="message", room=room, seq=1, name="Ann", id=said)
    await hears(bob, **gone)


async def page():
    ann = await guest("Ann")
    await join(ann, "old", ["Ann"], seq=1010)
    await say(ann, type="page", room="old", before=103, limit=2)
    two = [dict(seq=seq, name="Bob", text=f"message {seq}") for seq in (101, 102)]
    await hears(ann, type="page", room="old", messages=two, more=True)
    await say(ann, type="page", room="old", before=2, limit=2)
    one = [dict(seq=1, name="Bob", text="message 1")]
    await hears(ann, type="page", room="old", messages=one, more=False)


async def search():
    ann, room = await guest("Ann"), "py-search"
    await join(ann, room, ["Ann"])
    ferry = await says(ann, room, 1, "The ferry leaves at nine")
    await says(ann, room, 2, "Nothing else does")
    for query in ("FERRY", "ferry lea"):
        await say(ann, type="search", room=room, query=query)
        hit = dict(seq=1, name="Ann", text="The ferry leaves at nine", id=ferry)
        await hears(ann, type="found", room=room, query=query, messages=[hit])


async def errors():
    ann, bob, room = await guest("Ann"), await guest("Bob"), "py-errors"
    await join(ann, room, ["Ann"])
    said = await says(ann, room, 1, "mine")
    await join(bob, room, ["Ann", "Bob"], seq=1)
    await hears(ann, type="presence", room=room, name="Bob", state="here")
    id = new_id()
    for socket, message, code, field in [
        (bob, dict(type="edit", seq=1, text="his", id=id), "not_yours", "seq"),
        (bob, dict(type="delete", seq=7, id=id), "no_such_message", "seq"),
        (ann, dict(type="say", text="other words", id=said), "id_in_use", "id"),
        (ann, dict(type="say", text=" ", id=id), "empty", "text"),
        (ann, dict(type="edit", seq=2**53, text="a", id=id), "malformed", "seq"),
    ]:
        await say(socket, room=room, **message)
        about = dict(code=code, field=field, id=message["id"], room=room)
        await hears(socket, type="error", **about)
    await say(ann, type="say", room=room, text="no id")
    await hears(ann, type="error", code="malformed", field="id", room=room)
    await say(ann, type="search", room="py-elsewhere", query="a")
    elsewhere = dict(code="not_in_room", field="room", room="py-elsewhere")
    await hears(ann, type="error", **elsewhere)


async def main():
    for case in (accepted, retry, resume, gap, edit, delete, page, search, errors):
        await case()
        print(case.__name__)


asyncio.run(main())
