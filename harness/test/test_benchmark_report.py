"""Tests of how results are shown."""

import json

from twisted.trial.unittest import SynchronousTestCase

from harness.benchmark.entries import Result
from harness.benchmark.figures import Figure, at_least, at_most, observed
from harness.benchmark.measuring import Cost, Spread
from harness.benchmark.report import as_json, as_text

TIMES = Figure("epoll / virtual", Spread(3.456, 3.2, 3.9), "times", at_least(3.5))
RACE = Result(
    "echo",
    "10 round trips",
    [TIMES],
    {"virtual": [Cost(12.5e-6, 13e-6)], "epoll": [Cost(0.0043, 0.0044)]},
)
SURVEY = Result(
    "survival",
    "what is left",
    [
        observed("threads", 0, "threads", at_most(0)),
        observed("memory", 123_456.7, "bytes"),
    ],
)


class TextTests(SynchronousTestCase):
    """What a person reads."""

    def test_a_race_has_costs_and_ratios(self) -> None:
        """Costs are in microseconds; a ratio has its spread, its goal, a verdict."""
        self.assertEqual(
            as_text(RACE).splitlines(),
            [
                "echo: 10 round trips",
                "  microseconds per operation                   CPU        wall",
                "    virtual                                 12.500      13.000",
                "    epoll                                4,300.000   4,400.000",
                "    epoll / virtual                           3.46 times"
                " (3.20 to 3.90), goal >= 3.50: missed",
            ],
        )

    def test_a_survey_has_what_was_found(self) -> None:
        """What was looked at once has no spread; without a goal there is no verdict."""
        self.assertEqual(
            as_text(SURVEY).splitlines(),
            [
                "survival: what is left",
                "    threads                                      0 threads"
                ", goal <= 0: met",
                "    memory                                 123,457 bytes",
            ],
        )


class JSONTests(SynchronousTestCase):
    """What a program reads."""

    def test_says_what_it_was_measured_on(self) -> None:
        """Figures mean nothing without the versions and the machine."""
        document = json.loads(as_json([], rounds=5))

        self.assertEqual(
            sorted(document), ["platform", "python", "results", "rounds", "twisted"]
        )
        self.assertEqual((document["rounds"], document["results"]), (5, []))

    def test_a_race_has_every_measurement(self) -> None:
        """Costs are seconds for an operation, round by round."""
        (result,) = json.loads(as_json([RACE], rounds=1))["results"]

        self.assertEqual(
            result,
            {
                "name": "echo",
                "summary": "10 round trips",
                "costs": {
                    "virtual": [{"cpu": 12.5e-6, "wall": 13e-6}],
                    "epoll": [{"cpu": 0.0043, "wall": 0.0044}],
                },
                "figures": [
                    {
                        "label": "epoll / virtual",
                        "value": {"median": 3.456, "low": 3.2, "high": 3.9},
                        "unit": "times",
                        "goal": {"relation": ">=", "bound": 3.5},
                        "met": False,
                    }
                ],
            },
        )

    def test_a_survey_has_no_costs(self) -> None:
        """A figure without a goal says null for both goal and verdict."""
        (result,) = json.loads(as_json([SURVEY], rounds=1))["results"]

        self.assertEqual(result["costs"], {})
        self.assertEqual([f["met"] for f in result["figures"]], [True, None])
        self.assertEqual(result["figures"][1]["goal"], None)
