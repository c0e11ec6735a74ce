"""Run test suites on two reactors, and compare what came out, test by test.

``python -m harness.suites twisted.names klein`` runs each suite twice, in a process of
its own each time: on ``epoll``, which is right by definition, and on ``virtual``. A
test with another outcome there is an error, unless it is listed with its reason.
``--pieces 1-7`` cuts every stream of the virtual reactor into pieces of that size.
"""
