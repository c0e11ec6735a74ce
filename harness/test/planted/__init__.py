"""Small programs with one bug each, of the kinds that tests seldom find.

Each passes its test on a quiet network, every time. See `harness.test.test_planted`.
"""
