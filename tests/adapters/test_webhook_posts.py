"""Messages leave for the open web only, by https, all of it within so long, and never to where a redirect points."""

from __future__ import annotations

import asyncio
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from doorstep.adapters.webhook_posts import NetworksRefused, WebPosts, read_networks
from doorstep.application.webhooks.endpoints import add_endpoint, last_deliveries, send_trial
from doorstep.application.webhooks.posts import Answer, NotSent
from doorstep.application.webhooks.rows import TAKEN
from doorstep.application.webhooks.send_deliveries import send_deliveries
from tests.makers import Bench, an_id, an_office, closed
from tests.stand_ins.webhooks import check, receiving

HERE = [ip_network("127.0.0.0/8")]


async def test_what_arrives() -> None:
    """The headers and the body byte for byte, the whole address; its answer's status, and when to come again."""
    with receiving() as receiver:
        receiver.answers.append((503, {"Retry-After": "120"}))
        receiver.answers.append((429, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}))
        posts = WebPosts(HERE)
        sent = {"webhook-id": "m1", "Content-Type": "application/json"}
        answers = [await posts.post(receiver.url, sent, '{"ä":1}'.encode()) for _ in range(3)]
        assert answers == [Answer(503, 120.0), Answer(429, None), Answer(204, None)]
        assert receiver.taken[0].body == '{"ä":1}'.encode()
        assert receiver.taken[0].headers["webhook-id"] == "m1"
        assert receiver.taken[0].headers["content-type"] == "application/json"
        assert receiver.taken[0].headers["host"] in receiver.url


async def test_no_redirect_is_followed() -> None:
    """What stands at the other place never hears of it."""
    with receiving() as receiver, receiving() as elsewhere:
        receiver.answers.append((307, {"Location": elsewhere.url}))
        assert await WebPosts(HERE).post(receiver.url, {}, b"{}") == Answer(307)
        assert elsewhere.taken == []


async def test_an_answer_without_end() -> None:
    """A byte now and then keeps every read alive: the whole is timed too."""
    with receiving() as receiver:
        receiver.answers.append((0, {}))
        receiver.sleeps_s = 0.05
        with pytest.raises(NotSent, match=r"within 0\.4 seconds"):
            await WebPosts(HERE, seconds=0.4).post(receiver.url, {}, b"{}")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - to be refused
        "224.0.0.1",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.8]",
        "[2002:0a00:0008::1]",
        "[64:ff9b::a00:8]",
        "2130706433",
        "0x7f.1",
    ],
)
async def test_no_private_address(host: str) -> None:
    """However it is written, nothing of one's own network is reached, cloud metadata neither."""
    with pytest.raises(NotSent, match=r"private network|could not be reached"):
        await WebPosts().post(f"https://{host}/hook", {}, b"{}")


@pytest.mark.parametrize(
    "host", ["::127.0.0.1", "::ffff:0:7f00:1", "fec0::1", "64:ff9b:1::7f00:1", "5f00::1", "fe80::1", "ff0e::1"]
)
async def test_no_number_of_the_new_kind_but_the_open_webs(host: str) -> None:
    """Loopback inside deprecated forms, old site-local networks and private translators: refused by their number."""
    with pytest.raises(NotSent, match="private network"):
        await WebPosts().post(f"https://[{host}]/hook", {}, b"{}")


async def test_slow_addresses_hold_up_nobody_else() -> None:
    """While messages wait for their answers, the threads on which passwords are checked are free."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))
    here, answers = asyncio.Event(), threading.Event()
    with receiving() as receiver:

        def arrived() -> None:
            loop.call_soon_threadsafe(here.set)
            answers.wait(30)

        receiver.arrived = arrived
        sending = asyncio.create_task(WebPosts(HERE).post(receiver.url, {}, b"{}"))
        try:
            await here.wait()
            assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 8) == "free"
            assert not sending.done()
        finally:
            answers.set()
        assert await sending == Answer(204)


async def test_only_the_network_that_is_allowed() -> None:
    """A setting opens one network and no other."""
    with receiving() as receiver, pytest.raises(NotSent, match="private network"):
        await WebPosts([ip_network("127.0.0.0/8")]).post("https://10.0.0.8/", {}, b"{}")
    with pytest.raises(NotSent, match="https://"):
        await WebPosts([ip_network("10.0.0.0/8")]).post(receiver.url, {}, b"{}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://repairs.example/", "https://"),
        ("ftp://repairs.example/", "https://"),
        ("https:///hook", "https://"),
        ("repairs.example", "https://"),
        ("https://name:word@repairs.example/", "no password"),
        ("https://repairs.example/#part", "#part"),
        ("https://repairs.example:port/", "no address"),
        ("https://repairs.example:0/", "plain letters"),
        ("https://repairs.example/\r\nX-Other: 1", "plain letters"),
        ("https://repairs.example/ä", "plain letters"),
        ("https://repairs.example/" + "x" * 2000, "2000"),
        ("https://[::1", "no address"),
    ],
)
def test_what_no_address_is(url: str, said: str) -> None:
    """It is said before anything is kept, and what would break the request's lines is never sent."""
    assert said in str(WebPosts().fault_of(url))


def test_http_on_this_machine_only_where_it_is_allowed() -> None:
    """Everybody on the way could read it."""
    assert WebPosts().fault_of("http://127.0.0.1/") is not None
    assert WebPosts(HERE).fault_of("http://127.0.0.1/") is None
    assert WebPosts([ip_network("10.0.0.0/8")]).fault_of("http://10.0.0.8/") is not None


def test_networks_as_they_are_set() -> None:
    """With commas between them; what is none is said."""
    assert read_networks("10.1.0.0/16, fd00::/8,") == (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    for wrong in ("10.1.0.1/16", "all"):
        with pytest.raises(NetworksRefused, match="DOORSTEP_WEBHOOK_NETWORKS"):
            read_networks(wrong)


async def test_nobody_there() -> None:
    """No answer is no answer, and what is said of it names neither the address nor its secret parts."""
    with receiving() as receiver:
        url = receiver.url
    with pytest.raises(NotSent) as refused:
        await WebPosts(HERE).post(url, {}, b"{}")
    assert "private" not in str(refused.value)


async def test_by_tls(tmp_path: Path) -> None:
    """Who is not believed is not told anything; who is takes the message."""
    taken: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    chain = _certificate(tmp_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(chain)
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.socket = theirs.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        url = f"https://localhost:{server.server_address[1]}/"
        with pytest.raises(NotSent, match="safely"):
            await WebPosts(HERE).post(url, {}, b"{}")
        believing = ssl.create_default_context(cafile=str(chain))
        both = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
        assert await WebPosts(both, roots=believing).post(url, {}, b"told") == Answer(200)
        with pytest.raises(NotSent, match="safely"):
            await WebPosts(HERE, roots=believing).post(url.replace("localhost", "127.0.0.1"), {}, b"{}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert taken == [b"told"]


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "chain.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file


async def test_from_the_outbox_to_the_other_end(tmp_path: Path) -> None:
    """Over a real connection: one that failed, then the same message, genuine for whoever has the secret."""
    bench: Bench = await an_office(tmp_path)
    with receiving() as receiver:
        receiver.answers.append((500, {}))
        posts = WebPosts(HERE)
        endpoint, secret = await add_endpoint(bench.office, posts, "Hub", receiver.url, an_id(4))
        await send_trial(bench.office, endpoint.endpoint_id)
        assert await send_deliveries(bench.office, posts) == 0
        bench.clock.ms += 5_000
        assert await send_deliveries(bench.office, posts) == 1
        [kept] = await last_deliveries(bench.office, endpoint.endpoint_id, TAKEN)
        assert [each.id for each in receiver.taken] == [kept.delivery_id] * 2
        for each in receiver.taken:
            check(secret, each.headers, each.body, bench.clock.ms // 1000)
    await closed(bench)


async def test_a_stop_does_not_wait_for_an_address() -> None:
    """Cancelled while it never answers: the connection is cut, and its thread ends."""
    has_it, is_over = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        has_it.set()
        await reader.read()
        is_over.set()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    posting = asyncio.create_task(WebPosts(HERE, seconds=3600).post(f"http://127.0.0.1:{port}/", {}, b""))
    await has_it.wait()
    posting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await posting
    await is_over.wait()
    server.close()
