# -*- test-case-name: harness.test.test_live_suites -*-
"""The process that runs a suite, as ``trial --reactor`` does, and writes it down.

``python -m harness.suites.recording REACTOR FOLDER SUITE`` writes the outcomes to a
file of that folder. It ends with status 0 when all tests have run, however they ended.
"""

import sys
from pathlib import Path

from twisted.application.reactors import installReactor
from twisted.trial.runner import DestructiveTestSuite, TestLoader, TrialRunner

from harness.suites.outcomes import OutcomeReporter

OUTCOMES = "outcomes.jsonl"


def record(reactor: str, folder: Path, suite: str) -> None:
    """Run a suite on a reactor.

    Args:
        reactor: The reactor as ``trial --reactor`` calls it.
        folder: Where the file is written, and where the tests are run.
        suite: The name of a package, module, class or test.
    """
    installReactor(reactor)
    loader = TestLoader()
    loader.suiteFactory = DestructiveTestSuite
    tests = loader.loadByNames([suite], recurse=True)
    with (folder / OUTCOMES).open("w") as stream:
        TrialRunner(
            lambda *_: OutcomeReporter(stream), workingDirectory=str(folder / "trial")
        ).run(tests)


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
