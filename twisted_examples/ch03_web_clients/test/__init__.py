"""Tests of chapter 3."""
