"""`harness.HTTPFixture`: servers that behave as badly as the internet does.

The site is Twisted's own, and so is what it does by itself: connections that persist,
heads, 304, 100 Continue. The modules, from the outside inwards:

=============  ==================================================================
``fixture``    the fixture: it listens, stops, makes agents and asserts
``vocabulary`` the words that furnish it
``routes``     what is to be found where, and in which turn
``site``       the site, its channel and its requests
``records``    what a test is told about them
``pages``      answers that a site would give
``auth…``      who may see them
``scripts``    answers that a site would never give, played byte for byte
=============  ==================================================================
"""
