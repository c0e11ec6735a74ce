"""The programs of *Twisted Network Programming Essentials*, for today's Twisted.

Each chapter is a package, each program a module that reads from top to bottom: its
rules, its Twisted classes, its ``main``.
"""

__version__ = "0.1.0"
