"""Live tests of webcat, download, webcat_auth, upload and updatecheck.

Each is a process, and so is the server: Twisted's own, on a real socket. What `curl`
makes of the same server is compared, where it is installed.
"""

import os
import shutil
import sys
from pathlib import Path
from subprocess import CompletedProcess
from unittest import skipUnless

from harness import fixture_path
from twisted_examples.test.live import PYTHON_M, LiveProcess, LiveTestCase

CHAPTER = "twisted_examples.ch03_web_clients"
PAGE = b"<p>Welcome.</p>\n" * 10_000

#: Serves pages of its own and a folder, each behind a guard too, and says where.
SERVER = """
import sys
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.internet import protocol, reactor, ssl
from twisted.web import guard, resource, server, static
from zope.interface import implementer

class Check(resource.Resource):
    isLeaf = True
    def render_POST(self, request):
        return b"%d\\n" % len(request.args[b"uploaded_file"][0])

@implementer(IRealm)
class Realm:
    def requestAvatar(self, avatarId, mind, *interfaces):
        return resource.IResource, static.Data(b"secret\\n", "text/plain"), lambda: None

folder, certificate = sys.argv[1:]
root = static.File(folder)
root.putChild(b"check", Check())
checker = InMemoryUsernamePasswordDatabaseDontUse(alice=b"wonderland")
for name, factory in (
    (b"basic", guard.BasicCredentialFactory(b"staff")),
    (b"digest", guard.DigestCredentialFactory(b"md5", b"staff")),
):
    portal = Portal(Realm(), [checker])
    root.putChild(name, guard.HTTPAuthSessionWrapper(portal, [factory]))
site = server.Site(root)
plain = reactor.listenTCP(0, site, interface="127.0.0.1")
with open(certificate) as file:
    own = ssl.PrivateCertificate.loadPEM(file.read())
# Old versions of Twisted would negotiate what new versions of OpenSSL no longer can.
options = ssl.CertificateOptions(own.privateKey.original, own.original)
class Plain(protocol.Factory):
    def buildProtocol(self, address):
        return site.buildProtocol(address)
site.doStart()
secure = reactor.listenSSL(0, Plain(), options, interface="127.0.0.1")
print(plain.getHost().port, secure.getHost().port, flush=True)
reactor.run()
"""


class WebClientLiveTests(LiveTestCase):
    """All programs against one server."""

    def setUp(self) -> None:
        self.served = Path(self.mktemp()).absolute()
        self.served.mkdir()
        (self.served / "page.html").write_bytes(PAGE)
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        certificate = fixture_path("certificates", "valid.pem")
        self.server = self.start(
            sys.executable, "-c", SERVER, str(self.served), str(certificate)
        )
        ports = self.server.read_line().split()
        self.url = f"http://127.0.0.1:{int(ports[0])}"
        self.secure_url = f"https://localhost:{int(ports[1])}"

    def program(self, name: str, *argv: str) -> LiveProcess:
        """Start a program in an empty folder."""
        return self.start(*PYTHON_M, f"{CHAPTER}.{name}", *argv, cwd=str(self.folder))

    def assert_done(self, end: CompletedProcess[bytes], stdout: bytes) -> None:
        """Assert that a program has done its work."""
        self.assertEqual(end.stdout, stdout)
        self.assertEqual(end.returncode, 0)

    def assert_failed(self, end: CompletedProcess[bytes], stderr: bytes) -> None:
        """Assert that a program has not, and what it says."""
        self.assertEqual(end.stderr, stderr)
        self.assertEqual(end.stdout, b"")
        self.assertEqual(end.returncode, 1)

    def test_without_password(self) -> None:
        """A page, to its end or into ``head``; a file, a form, a question."""
        page = f"{self.url}/page.html"
        (self.folder / "data").write_bytes(bytes(300_000))
        webcat = self.program("webcat", page)
        missing = self.program("webcat", f"{self.url}/missing")
        pipe = f'"$0" -m {CHAPTER}.webcat {page} | head -c 1'
        head = self.start("/bin/sh", "-c", pipe, sys.executable)
        download = self.program("download", page)
        upload = self.program("upload", "data", "--url", f"{self.url}/check")
        updatecheck = self.program("updatecheck", page, "--wait", "0.01")

        self.assert_done(webcat.finish(), PAGE)
        self.assert_failed(missing.finish(), b"Error: 404 Not Found\n")
        headed = head.finish()
        self.assert_done(headed, b"<")
        self.assertEqual(headed.stderr, b"")
        self.assert_done(download.finish(), b"Saved page.html (160000 bytes).\n")
        self.assert_done(upload.finish(), b"Saved data.answer.html (7 bytes).\n")
        self.assert_done(updatecheck.finish(), f"{page} has not changed.\n".encode())
        self.assertEqual((self.folder / "page.html").read_bytes(), PAGE)
        self.assertEqual((self.folder / "data.answer.html").read_bytes(), b"300000\n")

    def test_with_password(self) -> None:
        """Basic and Digest, right and wrong, from a pipe."""
        basic = self.program("webcat_auth", f"{self.url}/basic")
        digest = self.program("webcat_auth", f"{self.url}/digest")
        wrong = self.program("webcat_auth", f"{self.url}/digest")

        self.assert_done(basic.finish(b"alice\nwonderland\n"), b"secret\n")
        self.assert_done(digest.finish(b"alice\nwonderland\n"), b"secret\n")
        end = wrong.finish(b"alice\nrabbit\n" * 3)
        self.assertEqual(end.stderr.count(b"Password:"), 3)
        self.assertEqual(end.stderr.splitlines()[-1], b"Error: 401 Unauthorized")
        self.assertEqual(end.returncode, 1)

    def test_over_tls(self) -> None:
        """With an authority that is trusted, and without."""
        page = f"{self.secure_url}/page.html"
        authority = str(fixture_path("certificates", "authority.pem"))
        self.patch(os, "environ", {**os.environ, "SSL_CERT_FILE": authority})
        trusting = self.program("webcat", page)
        del os.environ["SSL_CERT_FILE"]
        doubting = self.program("webcat", page)

        self.assert_done(trusting.finish(), PAGE)
        self.assert_failed(
            doubting.finish(), b"Error: TLS failed: certificate verify failed\n"
        )

    @skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl(self) -> None:
        """Another client gets the same from the same server."""
        curl = "curl"
        page = self.start(curl, "-s", f"{self.url}/page.html")
        user = ("--digest", "--user", "alice:wonderland")
        digest = self.start(curl, "-s", *user, f"{self.url}/digest")
        form = self.start(
            curl,
            "-s",
            "-F",
            "uploaded_file=@page.html",
            f"{self.url}/check",
            cwd=str(self.served),
        )

        self.assert_done(page.finish(), PAGE)
        self.assert_done(digest.finish(), b"secret\n")
        self.assert_done(form.finish(), b"160000\n")
