# SPDX-License-Identifier: ISC
"""pingpong.py - 64 bytes there and back again and again, on connections that stay."""
from short import part


def run():
    return part("pingpong", "ping-pong, %d connections", "%.0f/s", None)
