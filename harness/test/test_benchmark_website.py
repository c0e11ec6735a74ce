"""Tests of the page that the workloads of HTTP get, and of their floor."""

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.website import BODY, SoloClient, SoloServer, web_floor


class FloorTests(SynchronousTestCase):
    """GETs with no reactor."""

    def test_the_client_asks_as_an_agent_does(self) -> None:
        """A connection that is not to be used again is said to be."""
        once = SoloClient(Clock(), persistent=False).request()
        again = SoloClient(Clock(), persistent=True).request()

        self.assertEqual(once.split(b"\r\n")[0], b"GET /hello HTTP/1.1")
        self.assertIn(b"Connection: close\r\n", once)
        self.assertNotIn(b"Connection: close\r\n", again)

    def test_the_server_answers_as_a_site_does(self) -> None:
        """The page has fourteen bytes."""
        request = SoloClient(Clock(), persistent=False).request()
        response = SoloServer(Clock(), persistent=False).serve(request)

        self.assertEqual(response.split(b"\r\n")[0], b"HTTP/1.1 200 OK")
        self.assertTrue(response.endswith(b"\r\n\r\nHello, world!\n"))

    def test_the_server_may_keep_its_connection(self) -> None:
        """Then a request may come in two parts; on two connections it is none."""
        request = SoloClient(Clock(), persistent=True).request()
        once, again = (SoloServer(Clock(), persistent) for persistent in (False, True))

        self.assertEqual(
            (once.serve(request[:9]), again.serve(request[:9])), (b"", b"")
        )
        self.assertFalse(once.serve(request[9:]).endswith(b"Hello, world!\n"))
        self.assertTrue(again.serve(request[9:]).endswith(b"Hello, world!\n"))

    def test_the_client_reads_the_response(self) -> None:
        """What it is handed is what it gets."""
        client = SoloClient(Clock(), persistent=False)
        body = client.get(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        self.assertEqual(body, b"hi")

    def test_both_sides_are_counted(self) -> None:
        """A GET is done when the server has served it and the client has read it."""
        for persistent in (False, True):
            with web_floor(3, persistent).prepare() as work:
                self.assertEqual(work(), 3)

    def test_the_body_is_short(self) -> None:
        """So that what is measured is the exchange, not the page."""
        self.assertEqual(BODY, b"Hello, world!\n")
