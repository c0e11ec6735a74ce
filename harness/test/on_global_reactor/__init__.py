"""Tests to be run by ``trial --reactor=virtual``: some pass, and some are to fail."""
