"""The code that the how-tos show: a small program, and tests of it that pass."""
