"""What the virtual reactor costs, beside what it stands for.

::

    $ python -m harness.benchmark --quick --only echo

Each workload is written once and runs on `harness.VirtualReactor` and on Twisted's
epoll reactor over loopback, in turns, in one process. Beside them runs the *floor*:
the same bytes put straight into the protocols' hands, with no reactor at all. Loopback
differs from machine to machine and from hour to hour; the floor hardly does, so the
ratio to it is the one to watch for regressions.

Nothing here is a test: a figure may have a goal, but one that is missed is only named.
"""
