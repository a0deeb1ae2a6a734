"""The one way out to typed addresses: where it does not go and what it does not wait for."""

import datetime
import ipaddress
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from suz.common import outgoing
from suz.common.addresses import AddressRefused, is_public, parse_address
from suz.common.outgoing import AnswerRefused, NotReached, post
from tests.receiver import receiver

HOST = "hooks.example.com"
SHORT = 0.5
# Each leads into our own network, in one notation or another.
INSIDE = (
    *("127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "0.0.0.0", "169.254.169.254"),  # noqa: S104
    *("100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "198.18.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1"),
    *("fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "ff02::1", "fec0::1", "2001:db8::1"),
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
)
OUTSIDE = ("8.8.8.8", "93.158.134.3", "2a02:6b8::2:242", "64:ff9b::808:808", "::ffff:8.8.8.8")


@pytest.fixture
def resolver(monkeypatch):
    """Answers in place of the DNS: ``names`` maps a host to its addresses, asked or not."""
    real = socket.getaddrinfo

    class Resolver:
        names = {}
        asked = []

        def __call__(self, host, port, *arguments, **options):
            self.asked.append(host)
            if host not in self.names:
                return real(host, port, *arguments, **options)
            found = self.names[host]
            if callable(found):
                found = found()
            return [
                entry for address in found for entry in real(address, port, *arguments, **options)
            ]

    fake = Resolver()
    fake.names, fake.asked = {}, []
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", fake)
    return fake


@pytest.fixture
def dialled(monkeypatch):
    """Places to which a connection was tried; none comes about."""
    places = []

    class Dialling(socket.socket):
        def connect(self, place):
            places.append(place[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(outgoing.socket, "socket", Dialling)
    return places


@pytest.fixture
def loopback(settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]


@pytest.fixture
def certificates(tmp_path, settings):
    """A certificate for HOST that is trusted; gives the server's SSLContext."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    settings.OUTGOING_CA_FILE = str(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def send(url, **options):
    return post(url, body=b'{"a": 1}', headers={"X-Key": "1"}, **options)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_public_is_never_called(resolver, dialled, address):
    resolver.names[HOST] = [address]
    with pytest.raises(AddressRefused):
        send(f"https://{HOST}/")
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        send(f"https://{host}/")
    assert dialled == []


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_public_is_called(resolver, dialled, address):
    resolver.names[HOST] = [address]
    with pytest.raises(NotReached):
        send(f"https://{HOST}/")
    assert dialled == [address]


def test_a_name_that_leads_outside_and_inside_is_refused(resolver, dialled):
    resolver.names[HOST] = ["8.8.8.8", "127.0.0.1"]
    with pytest.raises(AddressRefused):
        send(f"https://{HOST}/")
    assert dialled == []


def test_a_name_is_resolved_once_and_that_place_called(resolver, dialled):
    """Rebinding: the second question would lead to ourselves."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    resolver.names[HOST] = lambda: next(answers)
    with pytest.raises(NotReached):
        send(f"https://{HOST}/")
    assert (resolver.asked, dialled) == ([HOST], ["8.8.8.8"])


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1"),
        *("127.0.0.01", "①②⑦.⓪.⓪.①", "127。0。0。1", "fe80::1%25eth0", "[::1%25lo]"),
    ],
)
def test_numbers_in_other_notations_are_refused(dialled, host):
    with pytest.raises(AddressRefused):
        send(f"https://{host}/")
    assert dialled == []


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//a.com/"),
        *("https://", "https:///path", "https://user:pass@example.com/", "https://@example.com/"),
        *("https://example.com/#part", "https://exa mple.com/", "https://example.com\\@a.com/"),
        *("https://example.com:0/", "https://example.com:99999/", "https://example.com:x/"),
        *("https://example.com/\r\nX: y", "https://exam\tple.com/", "https://example.com/\x00"),
        *("gopher://example.com/", "https://.../", f"https://example.com/{'x' * 400}"),
    ],
)
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(AddressRefused):
        parse_address(url)


def test_a_russian_name_is_written_as_the_dns_knows_it():
    address = parse_address(" https://Пример.РФ:8443/приём?a=1 ")
    assert address.host == "xn--e1afmkfd.xn--p1ai"
    assert address.authority == "xn--e1afmkfd.xn--p1ai:8443"
    assert address.target == "/%D0%BF%D1%80%D0%B8%D1%91%D0%BC?a=1"


def test_the_list_of_the_environment_excuses_a_port_alone(settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1:8125"]
    assert parse_address("http://127.0.0.1:8125/").is_allowed
    with pytest.raises(AddressRefused):
        parse_address("http://127.0.0.1:8126/")


def test_the_connection_is_to_the_resolved_place_with_name_and_host_kept(
    resolver, settings, certificates
):
    settings.OUTGOING_ALLOWED = [HOST]
    resolver.names[HOST] = ["127.0.0.1"]
    with receiver(context=certificates) as server:
        answer = send(f"https://{HOST}:{server.port}/leads?a=1")
        assert (answer.status, answer.body) == (200, b'{"ok": true}')
        (taken,) = server.book.posts
    assert taken.headers["host"] == f"{HOST}:{server.port}"
    assert (taken.path, taken.body) == ("/leads?a=1", b'{"a": 1}')
    assert resolver.asked == [HOST]


def test_a_certificate_for_another_name_is_refused(resolver, settings, certificates):
    settings.OUTGOING_ALLOWED = ["other.example.com"]
    resolver.names["other.example.com"] = ["127.0.0.1"]
    with (
        receiver(context=certificates) as server,
        pytest.raises(NotReached, match="Сертификат"),
    ):
        send(f"https://other.example.com:{server.port}/")
    assert server.book.posts == []


def test_a_certificate_that_nobody_vouches_for_is_refused(resolver, settings, certificates):
    settings.OUTGOING_ALLOWED, settings.OUTGOING_CA_FILE = [HOST], ""
    resolver.names[HOST] = ["127.0.0.1"]
    with receiver(context=certificates) as server, pytest.raises(NotReached, match="Сертификат"):
        send(f"https://{HOST}:{server.port}/")


def test_redirects_are_not_followed(loopback):
    with receiver() as inside, receiver(lambda post: "moved") as server:
        server.location = inside.url
        with pytest.raises(AnswerRefused):
            send(server.url)
        assert (len(server.book.posts), inside.book.posts) == (1, [])


def test_proxies_of_the_environment_are_not_used(loopback, monkeypatch):
    with receiver() as proxy, receiver() as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        assert send(server.url).status == 200
        assert proxy.book.posts == []


@pytest.mark.parametrize("fault", ["silence", "drip"])
def test_the_time_is_over_for_everything_together(loopback, fault):
    """A server that sends a letter now and then is not waited for longer than a silent one."""
    with receiver(lambda post: fault) as server, pytest.raises(NotReached, match=r"0\.5"):
        send(server.url, seconds=SHORT)


def test_the_time_is_over_in_the_middle_of_a_handshake(settings, resolver):
    settings.OUTGOING_ALLOWED = [HOST]
    resolver.names[HOST] = ["127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotReached, match=r"0\.5"):
            send(f"https://{HOST}:{port}/", seconds=SHORT)


def test_a_slow_resolver_is_not_waited_for(resolver):
    import threading

    over = threading.Event()

    def never():
        over.wait(10)
        return ["8.8.8.8"]

    resolver.names[HOST] = never
    with pytest.raises(NotReached, match=r"0\.5"):
        send(f"https://{HOST}/", seconds=SHORT)
    over.set()


def test_a_long_answer_is_not_read_to_its_end(loopback):
    with receiver(lambda post: "large") as server, pytest.raises(AnswerRefused, match="1 МБ"):
        send(server.url)


def test_what_was_cut_off_and_what_is_not_there_may_be_tried_again(loopback):
    with receiver(lambda post: "cut") as server, pytest.raises(NotReached):
        send(server.url)
    with pytest.raises(NotReached) as refusal:
        send(server.url)
    assert not refusal.value.is_permanent


def test_a_name_that_is_not_found_may_be_tried_again(resolver):
    def missing():
        raise socket.gaierror(socket.EAI_NONAME, "no")

    resolver.names[HOST] = missing
    with pytest.raises(NotReached, match=HOST):
        send(f"https://{HOST}/")


def test_the_server_may_say_when_to_come_again(loopback):
    with receiver(lambda post: 503) as server:
        for text, seconds in (("120", 120), ("9999999", 43_200), ("-5", 0), ("nan", None)):
            server.headers = {"Retry-After": text}
            assert send(server.url).retry_after == seconds
        server.headers = {"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"}
        assert send(server.url).retry_after == 0


def test_every_public_range_is_what_the_library_says():
    """Negative control: the rule lets public addresses through and is not merely always false."""
    assert is_public(ipaddress.ip_address("1.1.1.1"))
    assert not is_public(ipaddress.ip_address("::ffff:100.64.0.1"))
