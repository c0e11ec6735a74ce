"""Chapter 3: web clients.

Pages, files, passwords and forms over HTTP, and what to do when it goes wrong.

Reading order:

1. `webcat`: a page, or one line that says why not.
2. `download`: a file of any size, whole or not at all.
3. `webcat_auth`: challenges, and credentials that go nowhere else.
4. `upload`: a form with a file in it.
5. `updatecheck`: a question that need not be answered in full.

The programs are short. What they are made of is in modules of its own, each of which
can be used without them:

- `agents` and `connections`: requests that come to an end.
- `redirects`, `authenticating`: agents around an agent.
- `challenges`, `authorization`: what a server wants to be shown, and how it is made.
- `bodies`, `saving`, `progress`: where a page goes.
- `formdata`: where an upload comes from.

What changed since the book:

- ``getPage``, ``downloadPage`` and ``HTTPClientFactory`` are gone since Twisted 22.1.
  `twisted.web.client.Agent` does one request, and leaves to others what to make of it.
- Certificates are verified, unless one takes pains to prevent it.
- A request can time out, and so can a page that has begun to come.
- Digest has taken the place of Basic where passwords go without TLS.
"""
