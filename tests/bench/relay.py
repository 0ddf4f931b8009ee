# SPDX-License-Identifier: ISC
"""relay.py - one long connection through a relay that stands between two sockets."""
import os
import subprocess

from common import (LOAD, Row, SIZE, SOCKIT, best_peer, free_port, have, installed, medians, rounds,
                    say, scratch, through)

SOCAT_GOAL, HAPROXY_GOAL = 1.5, 1.0

HAPROXY = """
global
    maxconn 4096
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    %s
listen relay
    bind 127.0.0.1:%d
    server sink 127.0.0.1:%d
"""

NGINX = """
%s
daemon off;
master_process off;
error_log /dev/null;
pid %s/nginx.pid;
events { worker_connections 4096; }
stream {
    server {
        listen 127.0.0.1:%d;
        proxy_pass 127.0.0.1:%d;
        proxy_buffer_size 256k;
    }
}
"""
NGINX_MODULES = ["", "load_module /usr/lib/nginx/modules/ngx_stream_module.so;"]


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def haproxy(folder, name, option, listen, sink):
    if not have("haproxy"):
        return None
    return ["haproxy", "-db", "-q", "-f",
            write(folder, name + ".cfg", HAPROXY % (option, listen, sink))]


def nginx(folder, listen, sink):
    """With the stream module built in or loaded; None where it is neither."""
    for module in NGINX_MODULES if have("nginx") else []:
        path = write(folder, "nginx.conf", NGINX % (module, folder, listen, sink))
        command = ["nginx", "-c", path, "-p", folder]
        if subprocess.run([*command, "-t"], capture_output=True, check=False).returncode == 0:
            return command
    return None


def relays(folder, sink):
    """Tool to (command, port), every one of them leading to port SINK."""
    ports = {name: free_port() for name in (
        "sockit", "socat", "socat -b256k", "haproxy", "haproxy splice", "nginx stream")}
    listen = "TCP-LISTEN:%d,bind=127.0.0.1,fork,reuseaddr"
    commands = {
        "sockit": [SOCKIT, "tcp-serve", "--forward", "127.0.0.1:%d" % sink,
                   "127.0.0.1:%d" % ports["sockit"]],
        "socat": have("socat") and [
            "socat", listen % ports["socat"], "TCP:127.0.0.1:%d" % sink],
        "socat -b256k": have("socat") and [
            "socat", "-b", "262144", listen % ports["socat -b256k"], "TCP:127.0.0.1:%d" % sink],
        "haproxy": haproxy(folder, "haproxy", "", ports["haproxy"], sink),
        "haproxy splice": haproxy(folder, "splice", "option splice-auto",
                                  ports["haproxy splice"], sink),
        "nginx stream": nginx(folder, ports["nginx stream"], sink),
    }
    return {name: (command, ports[name]) for name, command in installed(commands).items()}


def transfer(command, port, sink_port):
    return through(command, port, sink_port, [LOAD, "send", str(port), str(SIZE)])


def row(figures, family, goal):
    """Against the best of the tools whose names begin with FAMILY."""
    ours = figures.get("sockit")
    name = "relay, against " + family
    if ours is None:
        return Row(name, "failed", "-", goal=goal, good=False)
    peer, theirs = best_peer({tool: v for tool, v in figures.items() if tool.startswith(family)})
    if peer is None:
        return Row(name, "%.2f GB/s" % ours, "no peer", goal=goal)
    ratio = ours / theirs
    return Row(name, "%.2f GB/s" % ours, "%.2f GB/s %s" % (theirs, peer), ratio, goal,
               peer=peer, times=ratio)


def run():
    say("relay")
    sink = free_port()
    with scratch() as folder:
        found = relays(folder, sink)
        figures = medians(rounds(found, lambda tool: transfer(*found[tool], sink)))
    say("    " + ", ".join("%s %.2f GB/s" % one for one in figures.items()))
    return [row(figures, "socat", SOCAT_GOAL), row(figures, "haproxy", HAPROXY_GOAL),
            row(figures, "nginx", None)]
