"""Tests of what Twisted finds where it reaches round its reactor."""

import os
import random
import re
import sys
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from twisted.conch.ls import lsLine
from twisted.cred.credentials import CramMD5Credentials, DigestCredentialFactory
from twisted.internet import task, tcp
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.protocol import (
    ClientFactory,
    Factory,
    ReconnectingClientFactory,
)
from twisted.internet.testing import StringTransport
from twisted.logger import ILogObserver, LogEvent, Logger, globalLogPublisher
from twisted.mail import bounce, imap4, maildir, smtp
from twisted.names import client, dns
from twisted.protocols import ftp, htb, wire
from twisted.python import log, randbytes
from twisted.python.failure import Failure
from twisted.python.filepath import Permissions
from twisted.python.threadpool import ThreadPool
from twisted.spread import pb
from twisted.trial.unittest import SynchronousTestCase
from twisted.web import http, server, static
from twisted.web.resource import Resource
from twisted.words.protocols import irc
from twisted.words.protocols.jabber.sasl_mechanisms import DigestMD5
from twisted.words.xish.domish import Element
from zope.interface import implementer

from harness import Network, RecordingProtocol, VirtualReactor
from harness._seams import Instead, seams_closed
from harness._thread_pools import pool_in_order
from harness._transports import VirtualPort


def move_to(zone: str) -> None:
    """Let the process be in a time zone; in that of the machine if it is empty."""
    os.environ["TZ"] = zone
    if not zone:
        del os.environ["TZ"]
    time.tzset()


class SeamsTestCase(SynchronousTestCase):
    """A test with all seams closed."""

    def setUp(self) -> None:
        self.undo = ExitStack()
        self.addCleanup(self.undo.close)
        self.reactor = self.close()

    def close(self, seed: int = 0) -> VirtualReactor:
        """Close the seams with a network of a seed, and return its reactor."""
        self.undo.close()
        reactor = Network(seed).host("localhost").reactor
        self.undo.enter_context(seams_closed(reactor))
        return reactor


class ReactorTests(SeamsTestCase):
    """Where the reactor of the process is meant."""

    def test_default_clock(self) -> None:
        """What takes a reactor if none is given takes the network's."""
        times: list[float] = []
        loop = task.LoopingCall(lambda: times.append(self.reactor.seconds()))
        loop.start(2)
        self.reactor.advance(4)

        self.assertEqual(times, [0, 2, 4])

    def test_kept_methods(self) -> None:
        """What a class has kept of it is the network's too."""
        server: Any = ftp.FTP()
        port = server.listenFactory(0, Factory())
        client: Any = ftp.FTPClient()
        connector = client.connectFactory("127.0.0.1", 9, ClientFactory())

        self.assertIsInstance(port, VirtualPort)
        self.assertIs(connector.reactor, self.reactor)

    def test_resolver(self) -> None:
        """The resolver of the process is that of one test."""
        resolver = client.getResolver()
        self.undo.close()

        self.assertIsNot(client.theResolver, resolver)

    def test_no_descriptor_is_kept(self) -> None:
        """Where Twisted keeps one for when there are no more, it keeps none."""
        self.undo.close()
        opened: list[str] = []

        def open_null() -> BytesIO:
            opened.append("/dev/null")
            return BytesIO()

        reserve = tcp._FileDescriptorReservation(open_null)
        self.patch(tcp, "_reservedFD", reserve)
        self.close().listenTCP(80, Factory())

        self.assertEqual(opened, [])


class WorkTests(SeamsTestCase):
    """Where work is done."""

    def test_pools_run_on_virtual_threads(self) -> None:
        """Whoever makes them; and sleeping takes no time."""
        times: list[float] = []
        pool = ThreadPool()
        pool.start()
        pool.callInThreadWithCallback(
            lambda success, result: times.append(self.reactor.seconds()),
            lambda: time.sleep(0.5),  # noqa: TID251 - of virtual time
        )
        self.reactor.advance(1)
        pool.stop()

        self.assertEqual(times, [0.5])

    def test_pools_choose_among_workers_in_order(self) -> None:
        """As the reactor's own does."""
        self.assertIs(ThreadPool._pool, pool_in_order)

    def test_cooperation_goes_by_steps(self) -> None:
        """One in a turn, however fast the machine is."""
        steps = iter(range(3))
        task.coiterate(steps)
        self.reactor.advance(1e-6)

        self.assertEqual(list(steps), [1, 2])


class TimeTests(SeamsTestCase):
    """Where the wall clock is meant: virtual time begins with the year 2000."""

    def setUp(self) -> None:
        super().setUp()
        self.reactor.advance(60)

    def test_logs(self) -> None:
        """Of both kinds."""
        times: list[float] = []

        @implementer(ILogObserver)
        def observe(event: LogEvent) -> None:
            times.append(event["log_time"])

        globalLogPublisher.addObserver(observe)
        self.addCleanup(globalLogPublisher.removeObserver, observe)
        Logger().info("an event")
        log.msg("an event")

        self.assertEqual(times, [946_684_860.0, 946_684_860.0])

    def test_dates_of_the_web(self) -> None:
        """Those of answers, and those of logs."""
        self.assertEqual(http.datetimeToString(), b"Sat, 01 Jan 2000 00:01:00 GMT")
        self.assertEqual(http.datetimeToLogString(), "[01/Jan/2000:00:01:00 +0000]")

    def test_times_on_the_wire(self) -> None:
        """Of the Time protocol, RFC 868 but for its epoch."""
        transport = StringTransport()
        protocol = wire.Time()
        protocol.makeConnection(transport)

        self.assertEqual(transport.value(), (946_684_860).to_bytes(4, "big"))

    def test_listings_of_files(self) -> None:
        """They leave out the year where it is this one, or not long ago.

        Local time is UTC, wherever the machine is.
        """
        self.addCleanup(move_to, os.environ.get("TZ", ""))
        move_to("EST5")
        listing: Any = ftp.DTP()
        listing._encoding = "ascii"
        line = listing._formatOneListResponse(
            b"file", 1, False, Permissions(0o644), 1, 946_684_800.0, "ada", "staff"
        )
        recent: Any = SimpleNamespace(
            st_mode=0o100644,
            **dict.fromkeys(["st_nlink", "st_uid", "st_gid", "st_size"], 1),
            st_mtime=946_684_800.0,
        )

        self.assertIn(b" Jan 01 00:00 ", line)
        self.assertRegex(lsLine("file", recent), r" Jan 01 00:00 file$")

    def test_rates(self) -> None:
        """A bucket leaks in virtual time."""
        bucket = htb.Bucket()
        bucket.rate = 2
        bucket.add(100)
        self.reactor.advance(10)
        bucket.drip()

        self.assertEqual(bucket.content, 80)

    def test_answer_to_a_question_of_chat(self) -> None:
        """What time it is."""
        chat: Any = irc.IRCClient()
        chat.makeConnection(StringTransport())
        chat.ctcpQuery_TIME("ada!ada@example.com", "channel", None)

        self.assertIn(b"Sat Jan  1 00:01:00 2000", chat.transport.value())


class ChanceTests(SeamsTestCase):
    """Where chance, or the process, tells one run from another.

    What is drawn is written down: it is the same in every run, on every machine and
    for every version of Python.
    """

    def assert_drawn(self, draw: Callable[[], object], expected: object) -> None:
        """Check what is drawn, whatever has been drawn for another purpose before."""
        drawn = []
        for others in range(2):
            self.reactor = self.close()
            for _ in range(others):
                random.random()  # noqa: TID251 - what a program may do
            drawn.append(draw())

        self.assertEqual(drawn, [expected, expected])

    def test_streams_depend_on_the_seed(self) -> None:
        """Another seed draws other numbers."""
        drawn = []
        for seed in 0, 1, 0:
            self.close(seed)
            drawn.append(pb.challenge())

        self.assertEqual(drawn[0], drawn[2])
        self.assertNotEqual(drawn[0], drawn[1])

    def test_random_of_python(self) -> None:
        """It starts from the seed, and afterwards it goes on as it would have."""
        self.undo.close()
        before = random.getstate()
        self.close()
        self.assertEqual(
            random.random(),  # noqa: TID251 - what a program may do
            0.7477621753669875,
        )

        self.undo.close()
        self.assertEqual(random.getstate(), before)

    def test_secure_bytes(self) -> None:
        """Those of the process, with the option of its own."""
        self.assert_drawn(
            lambda: randbytes.secureRandom(4, fallback=True).hex(), "1a89a957"
        )

    def test_digest_authentication(self) -> None:
        """Its challenge has a nonce, and keeps the time in what is opaque."""

        def draw() -> object:
            factory = DigestCredentialFactory(b"md5", b"realm")
            challenge: Any = factory.getChallenge(b"192.0.2.1")
            key = b64decode(challenge["opaque"].partition(b"-")[2])
            return [challenge["nonce"], key]

        nonce = b"d178c993dea37b6e061bb85e"
        self.assert_drawn(draw, [nonce, nonce + b",192.0.2.1,946684800"])

    def test_challenge_response_authentication(self) -> None:
        """Its challenge has a number and the time."""
        self.assert_drawn(
            lambda: CramMD5Credentials("www").getChallenge(),
            b"<40374953.946684800@www>",
        )

    def test_reconnecting(self) -> None:
        """A client waits longer each time, and not as long as another."""

        def draw() -> object:
            factory = ReconnectingClientFactory()
            factory.clock = self.reactor  # type: ignore[assignment]
            factory.noisy = False
            factory.retry(SimpleNamespace(connect=lambda: None))
            return factory.delay

        self.assert_drawn(draw, 2.2546103916113407)

    def test_sessions_of_the_web(self) -> None:
        """Each has a key that cannot be guessed, but by a test."""

        def draw() -> object:
            site: Any = server.Site(Resource(), reactor=self.reactor)
            return site.makeSession().uid[:16]

        self.assert_drawn(draw, b"5c84f5109a9baeaf")

    def test_parts_of_a_file(self) -> None:
        """What separates them is made of the time and the process."""

        def draw() -> object:
            path = Path(self.mktemp())
            path.write_bytes(b"0123456789")
            file: Any = static.File(os.fspath(path))
            file.isLeaf = True
            site = server.Site(file, reactor=self.reactor)
            self.reactor.listenTCP(80, site)
            asking: Any = RecordingProtocol()
            endpoint = TCP4ClientEndpoint(self.reactor, "127.0.0.1", 80)
            self.reactor.run_until(connectProtocol(endpoint, asking))
            asking.transport.write(b"GET / HTTP/1.0\r\nRange: bytes=0-1,4-5\r\n\r\n")
            self.reactor.advance(1)
            return re.findall(rb'boundary="(.+)"', asking.received)

        self.assert_drawn(draw, [b"35d013b37e0001"])

    def test_names_of_messages(self) -> None:
        """Time, process, a number, a count and the machine."""
        self.assert_drawn(
            smtp.messageid, b"<20000101000000.1.1509479825.0@harness.test>"
        )

    def test_machine_of_mail(self) -> None:
        """It is no real one."""
        self.assertEqual(smtp.DNSNAME, b"harness.test")
        self.assertEqual(smtp.SMTPFactory.domain, b"harness.test")
        self.assertEqual(smtp.SMTPSenderFactory.domain, b"harness.test")

    def test_mail_that_could_not_be_delivered(self) -> None:
        """What separates its parts is made of the time and the process."""

        def draw() -> object:
            message = BytesIO(b"Subject: greeting\n\nHello\n")
            *_, bounced = bounce.generateBounce(
                message, "ada@a.example", "al@b.example"
            )
            boundary: Any = re.search(rb'boundary="(.+)"', bounced)
            return [boundary.group(1), b"Sat Jan  1 00:00:00 2000" in bounced]

        self.assert_drawn(draw, [b"946684800.0_1_XXXXX", True])

    def test_parts_of_stored_mail(self) -> None:
        """What separates them is a random number."""
        self.assert_drawn(
            lambda: str(imap4.MessageProducer._uuid4()),
            "faf10d3b-b265-4863-8de4-c823c3ee37cc",
        )

    def test_names_of_stored_mail(self) -> None:
        """Time, process, count and machine; and the count begins with each test."""
        self.assert_drawn(
            lambda: os.fsencode(maildir._generateMaildirName()),
            b"0.M0000000P1Q1.harness.test",
        )

    def test_questions_for_names(self) -> None:
        """Each has a number, and so has who asks."""

        def draw() -> object:
            return [dns.randomSource(), dns.DNSDatagramProtocol(None, self.reactor).id]

        self.assert_drawn(draw, [5736, 29977])

    def test_challenge_of_perspective_broker(self) -> None:
        """It is made of random letters."""
        self.assert_drawn(
            lambda: pb.challenge().hex(), "27e7afb2b4bbb099f62ddacd8d822c5f"
        )

    def test_ping_of_chat(self) -> None:
        """It is recognised by a random word."""

        def draw() -> object:
            chat: Any = irc.IRCClient()
            chat.makeConnection(StringTransport())
            chat.ping("ada")
            return [*chat._pings.items()]

        self.assert_drawn(draw, [(("ada", "M`<#sXP)mYOz"), 946_684_800.0)])

    def test_nonce_of_messages(self) -> None:
        """A digest of chance, time and process."""

        def draw() -> object:
            mechanism: Any = DigestMD5("xmpp", "www", None, "ada", "secret")
            return mechanism._gen_nonce()

        self.assert_drawn(draw, b"979508775ad2fd12b7f191f7149b845e")

    def test_counts(self) -> None:
        """They begin with each test."""

        def draw() -> object:
            element = Element(("", "message"))
            element.addUniqueId()
            return element["id"], Failure(ValueError()).count

        self.assert_drawn(draw, ("H_0", 1))


class ClosingTests(SynchronousTestCase):
    """Which places are closed, and when."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()

    def test_opened_again(self) -> None:
        """After the block everything is what it was."""
        before = vars(wire)["time"], vars(server.Site)["_entropy"], vars(static)["os"]
        with seams_closed(self.reactor):
            self.assertNotEqual(vars(wire)["time"], before[0])

        after = vars(wire)["time"], vars(server.Site)["_entropy"], vars(static)["os"]
        self.assertEqual(after, before)

    def test_imported_meanwhile(self) -> None:
        """A module that is imported in the block is closed before anybody uses it."""
        self.addCleanup(sys.modules.__setitem__, "twisted.protocols.wire", wire)
        self.addCleanup(setattr, sys.modules["twisted.protocols"], "wire", wire)
        del sys.modules["twisted.protocols.wire"]
        with seams_closed(self.reactor):
            again: Any = import_module("twisted.protocols.wire")
            self.assertEqual(again.time.time(), 946_684_800.0)

        self.assertIs(again.time, time)

    def test_places_that_are_not_there(self) -> None:
        """What another version of Twisted has elsewhere is passed over."""
        self.patch(sys.modules["twisted.web.server"], "Site", None)
        kept = smtp._gen
        del smtp._gen
        self.addCleanup(setattr, smtp, "_gen", kept)
        with seams_closed(self.reactor):
            self.assertNotIn("_gen", vars(smtp))

    def test_one_within_another(self) -> None:
        """The inner one counts."""
        outer = VirtualReactor()
        outer.advance(60)
        with seams_closed(outer):
            with seams_closed(self.reactor):
                self.assertEqual(vars(wire)["time"].time(), 946_684_800)
            self.assertEqual(vars(wire)["time"].time(), 946_684_860)


class InsteadTests(SynchronousTestCase):
    """What stands before a module."""

    def test_has_the_rest_from_the_module(self) -> None:
        """But for what it is given."""
        instead = Instead(os, getpid=lambda: 7)

        self.assertEqual(instead.getpid(), 7)
        self.assertIs(instead.path, os.path)
