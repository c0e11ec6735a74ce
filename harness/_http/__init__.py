"""`harness.HTTPFixture`: servers that behave as badly as the internet does.

The site is Twisted's own, and so is what it does by itself: connections that persist,
heads, 304, 100 Continue. The modules, from the outside inwards:

================  ==================================================================
``fixture``       the fixture: it listens, stops, makes agents and asserts
``vocabulary``    the words for what a good server does
``misbehaviour``  the words for what a server should not do
``routes``        what is to be found where, and in which turn
``site``          the site, its channel and its requests
``records``       what a test is told of them; ``uploads`` reads forms
``pages``         answers that a site gives; ``ranges`` are parts of them
``auth``          who may see them, by Basic, and by ``digest``
``streams``       bodies that come bit by bit
``answers``       answers that no site would give, and ``scripts``, how they are played
``websockets``    a websocket that echoes
``comparing``     differences that can be read
``names``         whom the good certificate is for
================  ==================================================================
"""
