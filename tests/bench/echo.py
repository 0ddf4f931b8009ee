# SPDX-License-Identifier: ISC
"""echo.py - the echo servers that the small-connection parts compare, and how to start one."""
from common import SOCKIT, Serving, free_port, have, installed


def servers():
    """Tool to the command that serves echo at a port."""
    found = {
        "sockit": lambda p: [SOCKIT, "tcp-serve", "--handler", "echo", "127.0.0.1:%d" % p],
        "ncat": have("ncat") and (lambda p: [
            "ncat", "-l", "-k", "-m", "1000", "-e", "/bin/cat", "127.0.0.1", str(p)]),
        "socat": have("socat") and (lambda p: [
            "socat", "TCP-LISTEN:%d,bind=127.0.0.1,fork,reuseaddr,backlog=4096" % p, "PIPE"]),
        "tcpserver": have("tcpserver") and (lambda p: [
            "tcpserver", "-HRl0", "-b", "4096", "-c", "1000", "127.0.0.1", str(p), "cat"]),
    }
    return installed(found)


def serving(command_of):
    """A server for a `with`; its port is in .port."""
    port = free_port()
    return Serving(command_of(port), port)
