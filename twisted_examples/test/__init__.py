"""Tests of what all programs have in common."""
