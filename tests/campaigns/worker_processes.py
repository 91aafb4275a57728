"""The worker processes of a sweep: which there are, how they are killed, and which doors they open."""

import contextlib
import socket
import ssl

import psutil


def listening(*processes):
    """The ports of the loopback at which processes listen."""
    found = [port for process in processes for port in psutil.Process(process).net_connections("tcp")]
    return sorted({port.laddr.port for port in found if port.status == psutil.CONN_LISTEN})


def refuses_strangers(port):
    """Whether a port answers neither a browser nor somebody who speaks TLS without the certificate."""
    answer = b""
    with (
        contextlib.suppress(ConnectionResetError),
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
    ):
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = plain.recv(100)
    open_to_all = ssl.create_default_context()
    open_to_all.check_hostname, open_to_all.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as bare, open_to_all.wrap_socket(bare) as secret:
            return not answer.startswith(b"HTTP") and not secret.recv(1)
    except ConnectionResetError:
        return not answer.startswith(b"HTTP")
    except ssl.SSLError as refused:
        return "CERTIFICATE_REQUIRED" in str(refused)


def workers(of=None):
    """The worker processes of a process; of this one if no other is given."""
    found = []
    for one in psutil.Process(of).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found += [one] if "spawn_main" in " ".join(one.cmdline()) else []
    return found


def kill_all(of=None):
    """Kill the worker processes of a process, and return them."""
    victims = workers(of)
    for victim in victims:
        with contextlib.suppress(psutil.Error):
            victim.kill()
    return victims
