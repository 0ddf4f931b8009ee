#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""dns_server.py - a DNS server on loopback that answers what the question's first label says.

    dns_server.py --port-file FILE [--log FILE] [--address ADDRESS] [--port PORT] [--no-tcp]

raw-HEX.[HEX.]WORD  one record of the type asked, all HEX its data (underscores are left out)
a-N...              N records of type A; more than 512 bytes of them are truncated over UDP
delay-MS...         one record of type A, after MS milliseconds
rcode-N...          no record and the code N;  bare-N: the same without the question
aliases-N...        one record of type A, behind N aliases, in the wrong order
lost-N...           silence for the first N times, then one record of type A
silent...           silence
sender...           an answer from another port, then one record of type A
half-N...           the same as a-N, but over TCP only the first 20 bytes
flood-N...          N answers with other ids, then silence
port...             over UDP, an address whose last two numbers are the port that asked
anything below BAD  a message that is wrong in the way of that name

UDP and TCP share the port, unless nothing listens on TCP. The log has a line `udp|tcp NAME TYPE` for each question.
"""
import argparse
import heapq
import os
import selectors
import socket
import struct
import time

HEADER = struct.Struct("!6H")
ANSWER, TRUNCATED = 0x8180, 0x0200
NAME_IS_QUESTION = b"\xc0\x0c"


class Question:
    def __init__(self, data):
        self.id, _, count = HEADER.unpack(data[:12])[:3]
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]])
            at += 1 + data[at]
        self.wire = data[12:at + 5]
        self.type = struct.unpack("!H", data[at + 1:at + 3])[0]
        self.labels = [label.decode("latin-1") for label in labels]
        self.name = ".".join(self.labels)
        assert count == 1


def record(kind, data, name=NAME_IS_QUESTION, ttl=60):
    return name + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def message(question, records=(), code=0, flags=ANSWER, count=None, rest=(0, 0), ident=None,
            asked=None):
    asked = question.wire if asked is None else asked
    head = HEADER.pack(question.id if ident is None else ident, flags | code, 1 if asked else 0,
                       len(records) if count is None else count, *rest)
    return head + asked + b"".join(records)


def alias(name, target):
    return record(5, target, name)


def label(number):
    return b"\x03c%02d\0" % number if number else NAME_IS_QUESTION


ONE = record(1, bytes([192, 0, 2, 1]))

# A function of the question that gives the bytes of a wrong answer.
BAD = {
    "loop": lambda q: message(q, [record(1, b"\0\0\0\0", b"\xc0" + bytes([12 + len(q.wire)]))]),
    "forward": lambda q: message(q, [record(1, b"\0\0\0\0", b"\xc0\xff")]),
    "label": lambda q: message(q, [record(1, b"\0\0\0\0", b"\x80abc\0")]),
    "endless": lambda q: message(q, [record(1, b"\0\0\0\0", (b"\x3f" + b"x" * 63) * 5 + b"\0")]),
    "rdlength": lambda q: message(q, [ONE[:-6] + struct.pack("!H", 400) + ONE[-4:]]),
    "data": lambda q: message(q, [record(1, b"\x01\x02\x03")]),
    "long-data": lambda q: message(q, [record(1, b"\x01\x02\x03\x04\x05")]),
    "more": lambda q: message(q, [ONE], count=3),
    "fewer": lambda q: message(q, [ONE, ONE], count=1),
    "rest": lambda q: message(q, [ONE], rest=(0, 65535)),
    "cut": lambda q: message(q, [ONE])[:-2],
    "txt": lambda q: message(q, [record(q.type, b"\xffabc")]),
    "id": lambda q: message(q, [ONE], ident=q.id ^ 1),
    "question": lambda q: message(q, [ONE], asked=b"\x05other\0" + q.wire[-4:]),
    "type": lambda q: message(q, [ONE], asked=q.wire[:-4] + b"\0\x02\0\x01"),
    "query": lambda q: message(q, [ONE], flags=0x0100),
    "tiny": lambda q: b"\0",
    "empty": lambda q: b"",
    "other": lambda q: message(q, [ONE, record(1, b"\6\6\6\6", b"\x05other\0")]),
    "stray": lambda q: message(q, [alias(b"\x01b\0", b"\x01c\0"),
                                   record(1, b"\6\6\6\6", b"\x01c\0")]),
    "round": lambda q: message(q, [alias(NAME_IS_QUESTION, b"\x01b\0"),
                                   alias(b"\x01b\0", NAME_IS_QUESTION)]),
    "long": lambda q: message(q, [alias(label(i), label(i + 1)) for i in range(20)] +
                              [record(1, b"\6\6\6\6", label(20))]),
    "no-question": lambda q: message(q, [], asked=b""),
}


class Server:
    def __init__(self, address, port, log, tcp):
        self.log = open(log, "a", encoding="utf-8") if log else None
        self.selector, self.later, self.seen = selectors.DefaultSelector(), [], {}
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        while True:
            self.tcp, self.udp = socket.socket(family), socket.socket(family, socket.SOCK_DGRAM)
            self.tcp.bind((address, port))
            try:
                self.udp.bind(self.tcp.getsockname())
                break
            except OSError:
                self.tcp.close()
        self.other = socket.socket(family, socket.SOCK_DGRAM)
        self.other.bind((address, 0))
        if tcp:
            self.tcp.listen(128)
        self.selector.register(self.udp, selectors.EVENT_READ, self.datagram)
        if tcp:
            self.selector.register(self.tcp, selectors.EVENT_READ, self.connection)

    def run(self):
        while True:
            wait = max(0, self.later[0][0] - time.monotonic()) if self.later else None
            for key, _ in self.selector.select(wait):
                key.data()
            while self.later and self.later[0][0] <= time.monotonic():
                _, _, data, peer = heapq.heappop(self.later)
                self.udp.sendto(data, peer)

    def note(self, way, question):
        if self.log:
            print(way, question.name, question.type, file=self.log, flush=True)

    def datagram(self):
        data, peer = self.udp.recvfrom(65535)
        question = Question(data)
        self.note("udp", question)
        delay, answer = self.answer(question, False)
        if question.labels[0] == "sender":
            self.other.sendto(message(question, [record(1, bytes([6, 6, 6, 6]))]), peer)
            delay, answer = 0.1, message(question, [ONE])
        if question.labels[0].startswith("flood-"):
            for i in range(1, 1 + int(question.labels[0][6:])):
                self.udp.sendto(message(question, [ONE], ident=question.id ^ i), peer)
        if question.labels[0] == "port":
            answer = message(question, [record(1, bytes([10, 0]) + struct.pack("!H", peer[1]))])
        if answer is None:
            return
        heapq.heappush(self.later, (time.monotonic() + delay, len(self.seen), answer, peer))
        self.seen[len(self.seen)] = True

    def connection(self):
        peer, _ = self.tcp.accept()
        with peer:
            peer.settimeout(2)
            try:
                size = struct.unpack("!H", peer.recv(2, socket.MSG_WAITALL))[0]
                question = Question(peer.recv(size, socket.MSG_WAITALL))
                self.note("tcp", question)
                _, answer = self.answer(question, True)
                if answer is None:
                    return
                answer = struct.pack("!H", len(answer)) + answer
                if question.labels[0] == "half":
                    answer = answer[:20]
                for at in range(0, len(answer), 100):
                    peer.sendall(answer[at:at + 100])
            except (OSError, struct.error):
                pass

    def answer(self, question, over_tcp):
        """Seconds to wait, and the bytes; None: silence."""
        word, _, value = question.labels[0].partition("-")
        if question.labels[0] in BAD:
            return 0, BAD[question.labels[0]](question)
        if word == "raw":
            return 0, message(question, [record(question.type, bytes.fromhex(
                "".join(label for label in question.labels[:-1])[4:].replace("_", "")))])
        if word == "rcode":
            return 0, message(question, code=int(value))
        if word == "bare":
            return 0, message(question, code=int(value), asked=b"")
        if word == "aliases":
            # The last first, as some servers have it.
            return 0, message(question, [record(1, bytes([192, 0, 2, 1]), label(int(value)))] + [
                alias(label(i), label(i + 1)) for i in range(int(value))])
        if word in ("silent", "flood") or word == "lost" and self.count(question) <= int(value):
            return 0, None
        if word in ("half", "a"):
            records = [record(1, bytes([192, 0, 2, i % 256])) for i in range(int(value or 40))]
            whole = message(question, records)
            if len(whole) > 512 and not over_tcp:
                return 0, message(question, records[:9], flags=ANSWER | TRUNCATED)
            return 0, whole
        return int(value) / 1000 if word == "delay" else 0, message(question, [ONE])

    def count(self, question):
        self.seen[question.name] = self.seen.get(question.name, 0) + 1
        return self.seen[question.name]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--log")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--no-tcp", dest="tcp", action="store_false")
    options = parser.parse_args()
    server = Server(options.address, options.port, options.log, options.tcp)
    with open(options.port_file + ".new", "w", encoding="ascii") as file:
        print(server.udp.getsockname()[1], file=file)
    os.rename(options.port_file + ".new", options.port_file)
    server.run()


if __name__ == "__main__":
    main()
