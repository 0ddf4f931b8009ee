#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""crowd.py - many clients at once, behaving the way a test wants them to.

    crowd.py ADDRESS PART [NUMBER...]       ADDRESS: 127.0.0.1:PORT, unix:PATH or packet:PATH

exchange N         N clients, each in turn says a line that all others must get, once and in order
vanish N           N clients that connect and vanish in every way there is
deaf N SIZE        N clients that do not read, while one sends SIZE bytes to one that does
lines N COUNT      N clients that send COUNT numbered lines each, in pieces that do not end with them
messages N         N messages over a packet socket, each of which must come as one
short N            N connections one after the other, each of which must be echoed

Exit status 0 and a line that says so when all was as it should be.
"""
import os
import random
import socket
import struct
import sys
import threading
import time

PATIENCE = 30 * float(os.environ.get("SOCKIT_TEST_PATIENCE", "1"))
ADDRESS = sys.argv[1]


def connect():
    family, _, path = ADDRESS.partition(":")
    if family == "unix":
        client, where = socket.socket(socket.AF_UNIX), path
    elif family == "packet":
        client, where = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET), path
    else:
        client, where = socket.socket(), (family, int(path))
    client.settimeout(PATIENCE)
    client.connect(where)
    return client


def read_exactly(client, size):
    data = bytearray()
    while len(data) < size:
        part = client.recv(min(size - len(data), 1 << 20))
        if not part:
            raise SystemExit("ended after %d of %d bytes" % (len(data), size))
        data += part
    return bytes(data)


def settled(clients):
    """Until each of CLIENTS is known to the server: what the last one says reaches all others."""
    clients[-1].sendall(b"?\n")
    for client in clients[:-1]:
        read_exactly(client, 2)


def exchange(count):
    clients = [connect() for _ in range(count)]
    settled(clients)
    for i, speaker in enumerate(clients):
        line = b"line of client %d\n" % i
        speaker.sendall(line)
        for other in clients:
            if other is not speaker and read_exactly(other, len(line)) != line:
                raise SystemExit("client %d was misheard" % i)
    print("all heard all")


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def vanish(count):
    ways = [
        lambda c: c.close(),
        reset,
        lambda c: (c.sendall(b"words\n"), c.close()),
        lambda c: (c.sendall(b"half a li"), reset(c)),
        lambda c: (c.shutdown(socket.SHUT_WR), c.close()),
        lambda c: (c.sendall(b"x" * 20000), c.shutdown(socket.SHUT_WR), c.close()),
    ]
    kept = []
    for i in range(count):
        kept.append(connect())
        if len(kept) > 20:
            try:
                ways[i % len(ways)](kept.pop(random.randrange(len(kept))))
            except ConnectionError:
                pass
    for client in kept:
        reset(client)
    print("all vanished")


def deaf(count, size):
    silent = [connect() for _ in range(count)]
    reader, sender = connect(), connect()
    settled(silent + [reader, sender])
    block = bytes(range(256)) * 1024
    failed = []

    def read():
        try:
            for _ in range(size // len(block)):
                if read_exactly(reader, len(block)) != block:
                    raise SystemExit("bytes are wrong")
        except (SystemExit, OSError) as error:
            failed.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(size // len(block)):
        sender.sendall(block)
    thread.join()
    if failed:
        raise SystemExit("the reader: %s" % failed[0])
    print("the reader got all")


def lines(count, each):
    def run(number):
        client = connect()
        text = b"".join(b"client %d line %d %s\n" % (number, i, b"." * (i % 300))
                        for i in range(each))[:-1]
        at, chance = 0, random.Random(number)
        while at < len(text):
            size = chance.choice([1, 7, 100, 5000])
            client.sendall(text[at:at + size])
            at += size
        client.shutdown(socket.SHUT_WR)
        client.recv(1)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("all sent")


def messages(count):
    speaker, reader = connect(), connect()
    time.sleep(0.1)
    for i in range(count):
        speaker.send(b"message %d" % i)
    for i in range(count):
        if reader.recv(100) != b"message %d" % i:
            raise SystemExit("message %d is not whole" % i)
    print("all came whole")


def short(count):
    for _ in range(count):
        client = connect()
        client.sendall(b"ping")
        client.shutdown(socket.SHUT_WR)
        if read_exactly(client, 4) != b"ping":
            raise SystemExit("a wrong answer")
        client.close()
    print("all were answered")


def main():
    parts = {"exchange": exchange, "vanish": vanish, "deaf": deaf, "lines": lines,
             "messages": messages, "short": short}
    parts[sys.argv[2]](*map(int, sys.argv[3:]))


if __name__ == "__main__":
    main()
