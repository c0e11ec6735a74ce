"""Trial as a module to be run: on old Twisted, its own needs setuptools for that."""

from twisted.scripts.trial import run

if __name__ == "__main__":
    run()
