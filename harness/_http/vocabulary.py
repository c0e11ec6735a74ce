# -*- test-case-name: harness.test.test_http_vocabulary -*-
"""The words for what a well-behaved server does."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from twisted.web.http import RESPONSES
from twisted.web.resource import IResource
from twisted.web.wsgi import WSGIResource

from harness._host import Host
from harness._http.auth import Basic, Protection, Scheme
from harness._http.digest import Digest, DigestOptions
from harness._http.pages import TEXT, Fields, Page
from harness._http.routes import Routes
from harness._http.websockets import EchoResource
from harness._thread_pools import VirtualThreadPool

WSGIApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Vocabulary:
    """What an `HTTPFixture` can be furnished with.

    A path begins with a slash. If it has a query, it is for that query only. Of several
    answers to one path the first is for the first request, and so on; the last is for
    all that come then. The method makes no difference.
    """

    _routes: Routes
    _pools: list[VirtualThreadPool]
    host: Host
    _random: Random

    def page(  # noqa: PLR0913  (each is something that can be said about a page)
        self,
        path: str,
        body: bytes,
        content_type: str | None = TEXT,
        *,
        headers: Fields | None = None,
        etag: str | None = None,
        last_modified: float | None = None,
        coding: str | None = None,
        framing: str = "length",
    ) -> None:
        """Answer with a page. Conditions and ranges are honoured.

        Args:
            path: Where it is.
            body: Its bytes.
            content_type: Its type, or None for none.
            headers: More fields. They replace what is sent otherwise, so that
                ``{"Content-Length": "5"}`` is a lie if the body is longer.
            etag: Its entity tag, quotes included.
            last_modified: When it was changed, in virtual seconds.
            coding: ``"gzip"``, ``"deflate"`` or ``"raw-deflate"`` (what some servers
                mean by deflate). It is used for a client that takes it, and for one
                that does not say what it takes.
            framing: How the end is told: by ``"length"``, ``"chunked"``, or by the end
                of the connection, ``"close"``, in the way of HTTP/1.0.

        Raises:
            ValueError: There is no such coding or framing.
        """
        self._routes.add(
            path,
            Page(
                body,
                200,
                content_type,
                headers or {},
                etag,
                last_modified,
                coding,
                framing,
            ),
        )

    def status(
        self,
        path: str,
        status: int,
        body: bytes | None = None,
        *,
        headers: Fields | None = None,
        retry_after: float | str | None = None,
    ) -> None:
        """Answer with any status.

        Args:
            path: Where it is.
            status: The code.
            body: The text; None for one that says what the code means.
            headers: More fields.
            retry_after: The field Retry-After: seconds, or a date as it stands there.
        """
        fields = dict(headers or {})
        if retry_after is not None:
            fields["Retry-After"] = str(retry_after)
        if body is None:
            body = RESPONSES.get(status, b"Unknown Status") + b"\n"
        self._routes.add(path, Page(body, status, fields=fields))

    def redirect(self, path: str, *to: str, status: int = 302) -> None:
        """Send the client somewhere else.

        Args:
            path: Where it is.
            to: Where to, as it is to stand in Location: a path, a URL, or relative.
                If there are several, each leads to the next, and all but the last are
                paths; ``redirect("/a", "/b", "/a")`` is a loop.
            status: The code.
        """
        for here, there in zip((path, *to), to, strict=False):
            self.status(here, status, headers={"Location": there})

    def protect(  # noqa: PLR0913  (each is something that servers differ in)
        self,
        path: str,
        users: Mapping[str, str],
        *schemes: str,
        realm: str = "fixture",
        joined: bool = False,
        qop: str = "auth",
        nonce_uses: int | None = None,
        nonce_lifetime: float | None = None,
    ) -> None:
        """Show ``path``, and all below, to nobody but these users.

        Args:
            path: Where.
            users: Passwords by name.
            schemes: What is asked for, in this order: ``"Basic"``, ``"Digest MD5"``,
                ``"Digest MD5-sess"``, ``"Digest SHA-256"``, ``"Digest SHA-256-sess"``.
                Basic, if none is given.
            realm: What is said to be protected.
            joined: Whether all challenges stand in one field, or each in its own.
            qop: For Digest, ``"auth"``, ``"auth-int"`` or ``"auth, auth-int"``.
            nonce_uses: How often a nonce is good; then it is stale.
            nonce_lifetime: For how many seconds it is good.

        Raises:
            ValueError: There is no such scheme.
        """
        forever = float("inf")

        def scheme(text: str) -> Scheme:
            name, _, algorithm = text.partition(" ")
            if text == "Basic":
                return Basic(realm, users)
            if name != "Digest":
                raise ValueError(f"no scheme: {text!r}")
            options = DigestOptions(
                algorithm, qop, nonce_uses or forever, nonce_lifetime or forever
            )
            return Digest(
                realm, users, options, self.host.reactor.seconds, self._random.randbytes
            )

        asked = [scheme(text) for text in schemes or ("Basic",)]
        self._routes.protect(path, Protection(asked, joined))

    def mount(self, path: str, resource: IResource) -> None:
        """Let a resource of your own answer for ``path`` and for all below.

        Args:
            path: Where.
            resource: Any resource of Twisted's; for klein, ``app.resource()``.
        """
        self._routes.mount(path, resource)

    def wsgi(self, path: str, application: WSGIApplication) -> None:
        """Let a WSGI application answer for ``path`` and for all below.

        It runs on threads of the server's own, in virtual time.

        Args:
            path: Where.
            application: It.
        """
        pool = VirtualThreadPool(self.host.thread)
        pool.start()
        self._pools.append(pool)
        resource = WSGIResource(self.host.reactor, pool, application)
        self._routes.mount(path, resource)

    def websocket_echo(self, path: str) -> None:
        """Let a websocket there send back each message, text or binary."""
        self._routes.add(path, EchoResource())
