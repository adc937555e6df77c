"""A timestamp authority for tests, made with openssl: a root, a certificate for stamping, and a server that stamps."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = none
prompt = no
[none]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/stamping.pem
signer_key = {folder}/stamping.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Its address, its root certificate, and the folder with its keys."""

    url: str
    root: Path
    folder: Path

    def stamp(self, request: bytes) -> bytes:
        """Its response to a request."""
        query, reply = self.folder / "query.tsq", self.folder / "reply.tsr"
        query.write_bytes(request)
        _openssl(self.folder, "ts", "-reply", "-config", "config", "-queryfile", query, "-out", reply)
        return reply.read_bytes()


def _openssl(folder: Path, *words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], cwd=folder, check=True, capture_output=True)


def made(folder: Path) -> Authority:
    """The keys and certificates of a new authority; it has no address yet."""
    folder.mkdir(parents=True)
    (folder / "config").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "config")
    _openssl(
        folder, "req", "-x509", *curve, "-keyout", "root.key", "-out", "root.pem", "-days", "3650",
        "-subj", "/CN=Test root", "-extensions", "root",
    )  # fmt: skip
    _openssl(folder, "req", *curve, "-keyout", "stamping.key", "-out", "stamping.csr", "-subj", "/CN=Test authority")
    _openssl(
        folder, "x509", "-req", "-in", "stamping.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-out", "stamping.pem", "-days", "3650", "-extfile", "config", "-extensions", "stamping",
    )  # fmt: skip
    return Authority("", folder / "root.pem", folder)


@contextmanager
def at_work(authority: Authority) -> Iterator[Authority]:
    """The authority, served at an address of its own."""

    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reply = authority.stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args: object) -> None:
            """Nothing on the screen."""

    server = HTTPServer(("127.0.0.1", 0), Stamping)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Authority(f"http://127.0.0.1:{server.server_port}/", authority.root, authority.folder)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
