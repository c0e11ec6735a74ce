"""A live test of the port scanner."""

from twisted_examples.test.live import (
    PYTHON_M,
    LiveTestCase,
    closed_port,
    listening_socket,
)

PORTSCAN = (*PYTHON_M, "twisted_examples.ch02_clients_servers.portscan")


class PortScanLiveTests(LiveTestCase):
    """`portscan` as a process, on this machine and on none."""

    def test_scans(self) -> None:
        """Of three ports the two open ones are found; without a host, none is."""
        with (
            listening_socket() as one,
            listening_socket() as two,
            closed_port() as shut,
        ):
            found = sorted(listening.getsockname()[1] for listening in (one, two))
            tried = ",".join(map(str, [*found, shut]))
            scan = self.start(*PORTSCAN, "127.0.0.1", "--ports", tried)
            failing = self.start(*PORTSCAN, "nobody.invalid", "--ports", tried)
            end, failed = scan.finish(), failing.finish()

        self.assertEqual(
            end.stdout.decode(),
            f"Connected to port {found[0]}\nConnected to port {found[1]}\n",
        )
        self.assertEqual((end.stderr, end.returncode), (b"", 0))
        self.assertEqual((failed.stdout, failed.returncode), (b"", 1))
        self.assertEqual(
            failed.stderr,
            b"Error: DNS lookup failed: "
            b"no results for hostname lookup: nobody.invalid.\n",
        )
