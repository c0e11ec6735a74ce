"""Chapter 2: simple clients and servers.

The reactor, what it calls and when, and TCP connections from both ends.

Reading order:

1. `runreactor`: the event loop, and nothing else.
2. `calllater`: calls at their time.
3. `connection`: a protocol, its factory, and the end of a connection.
4. `connectiontest`: a Deferred, which fires once.
5. `portscan`: many connections at once, and never more than so many.
6. `echoserver`: a server, and lines in a stream of bytes.
7. `dataforward`: the terminal as a transport, half-close, back-pressure.

What changed since the book:

- Programs no longer import the reactor, and neither start nor stop it.
  `twisted.internet.task.react` does, and gives it to ``main``.
- An endpoint connects, where ``reactor.connectTCP`` and a ``ClientFactory`` did.
  It answers with a Deferred, tries IPv6 and IPv4, and hides whether TLS lies between.
- A Deferred can be awaited, so that a sequence of steps reads like one, and
  cancelled, so that Ctrl-C and timeouts reach whatever is going on.
- ``LineReceiver`` and ``StandardIO`` are what they were, but bytes are ``bytes`` now.
"""
