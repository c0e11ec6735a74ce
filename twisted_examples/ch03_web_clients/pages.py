# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_pages -*-
"""Ask for a page, and take nothing but a page for an answer."""

from collections.abc import Mapping

from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse

from twisted_examples.ch03_web_clients.bodies import discard
from twisted_examples.ch03_web_clients.errors import StatusError

USER_AGENT = b"twisted-examples"


async def get_page(
    agent: IAgent, url: bytes, headers: Mapping[bytes, bytes] | None = None
) -> IResponse:
    """Get a page.

    Args:
        agent: What makes the request.
        url: The page's address, as `clean_url` makes it.
        headers: What is sent along.

    Returns:
        The answer, whose body is still to come.

    Raises:
        StatusError: The status is not one of success.
    """
    return require_success(await agent.request(b"GET", url, _fields(headers)))


async def post_form(
    agent: IAgent, url: bytes, content_type: bytes, body: IBodyProducer
) -> IResponse:
    """Send a form, and get the page that answers it: see `get_page`."""
    headers = _fields({b"Content-Type": content_type, b"Accept-Encoding": b"gzip"})
    return require_success(await agent.request(b"POST", url, headers, body))


def require_success(response: IResponse) -> IResponse:
    """Return an answer that is one of success.

    Raises:
        StatusError: It is not.
    """
    if 200 <= response.code < 300:
        return response
    discard(response)
    raise StatusError(response.code, response.phrase)


def _fields(headers: Mapping[bytes, bytes] | None) -> Headers:
    fields = Headers({b"User-Agent": [USER_AGENT]})
    for name, value in (headers or {}).items():
        fields.setRawHeaders(name, [value])
    return fields
