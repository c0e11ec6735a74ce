"""Tests of addresses."""

import argparse

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.urls import (
    Origin,
    clean_url,
    origin_of,
    resolve,
    url,
)

NOT_FOR_THE_WEB = (
    "",
    "example.org",
    "//example.org/",
    "/page",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "mailto:a@example.org",
    "http:",
    "http://",
    "http:///page",
    "http://:80/",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://example.org:http/",
    "http://[::1/",
    "http://exa mple.org/",
    "http://exa\\mple.org/",
    "http://exa%6dple.org/",
    "http://\udcff/",
    "http://" + "x" * 64 + "ü.org/",
)


class CleanURLTests(SynchronousTestCase):
    """What is typed, and what is sent."""

    def test_makes_a_request_of_it(self) -> None:
        """Beyond ASCII is encoded, the fragment left out, and all else left alone."""
        for text, expected in (
            ("http://example.org", b"http://example.org/"),
            ("http://example.org/", b"http://example.org/"),
            ("HTTP://Example.ORG/Page", b"http://example.org/Page"),
            ("http://example.org:80/", b"http://example.org/"),
            ("https://example.org:443/", b"https://example.org/"),
            ("http://example.org:/", b"http://example.org/"),
            ("https://example.org:80/", b"https://example.org:80/"),
            ("http://127.0.0.1:8080/x", b"http://127.0.0.1:8080/x"),
            ("http://[::1]:8080/x", b"http://[::1]:8080/x"),
            ("http://[2001:DB8::1]", b"http://[2001:db8::1]/"),
            ("http://a_b.example.org/", b"http://a_b.example.org/"),
            ("http://bücher.example/ü", b"http://xn--bcher-kva.example/%C3%BC"),
            ("http://example.org?a=b", b"http://example.org/?a=b"),
            ("http://example.org/?a=b#c", b"http://example.org/?a=b"),
            ("http://example.org/#c?d", b"http://example.org/"),
            ("http://example.org/a b?c d", b"http://example.org/a%20b?c%20d"),
            ("http://example.org/%20%c3?%41", b"http://example.org/%20%c3?%41"),
            (
                "http://example.org/a;b=1?c=d&e=/?+",
                b"http://example.org/a;b=1?c=d&e=/?+",
            ),
            ("http://example.org/../x", b"http://example.org/../x"),
        ):
            self.assertEqual(clean_url(text), expected)

    def test_refuses_what_is_not_on_the_web(self) -> None:
        """Other schemes, no host, and user names, which nobody has asked for."""
        for text in NOT_FOR_THE_WEB:
            with self.assertRaises(ValueError, msg=text):
                clean_url(text)

    def test_does_not_show_a_password(self) -> None:
        """What is refused because of a password does not get into any message."""
        with self.assertRaises(ValueError) as caught:
            clean_url("http://user:secret@example.org/")

        self.assertEqual(
            str(caught.exception), "a URL must not contain a user name or a password"
        )


class ResolveTests(SynchronousTestCase):
    """References, seen from a page."""

    def test_follows(self) -> None:
        """Relative or absolute, and in bytes that a server should not have sent."""
        for reference, expected in (
            (b"c", b"http://example.org/a/c"),
            (b"/c", b"http://example.org/c"),
            (b"../c", b"http://example.org/c"),
            (b"./c", b"http://example.org/a/c"),
            (b"?q=1", b"http://example.org/a/b?q=1"),
            (b"#part", b"http://example.org/a/b?x=y"),
            (b"", b"http://example.org/a/b?x=y"),
            (b"//other.example/c", b"http://other.example/c"),
            (b"https://other.example", b"https://other.example/"),
            ("/ü".encode(), b"http://example.org/%C3%BC"),
            (b"/\xff", b"http://example.org/%FF"),
            (b"/a b", b"http://example.org/a%20b"),
        ):
            self.assertEqual(
                resolve(b"http://example.org/a/b?x=y", reference), expected
            )

    def test_refuses_what_leads_off_the_web(self) -> None:
        """A server cannot send us into our own files, nor to a host in bytes."""
        for reference in (
            b"file:///etc/passwd",
            b"javascript:alert(1)",
            b"http://user:secret@other.example/",
            b"http://\xff/",
            b"https://",
        ):
            with self.assertRaises(ValueError, msg=reference):
                resolve(b"http://example.org/a/b", reference)


class OriginTests(SynchronousTestCase):
    """What belongs together."""

    def test_names_scheme_host_and_port(self) -> None:
        """However they are written."""
        expected = Origin("http", "example.org", 80)

        self.assertEqual(origin_of(b"http://example.org/a"), expected)
        self.assertEqual(origin_of(b"http://example.org:80/b"), expected)

    def test_differs_in_each_of_them(self) -> None:
        """One difference is enough."""
        one = origin_of(b"http://example.org/")
        for other in (
            b"https://example.org/",
            b"https://example.org:80/",
            b"http://www.example.org/",
            b"http://example.org:8080/",
        ):
            self.assertNotEqual(origin_of(other), one)

    def test_is_shown_without_what_is_usual(self) -> None:
        """The port of the scheme goes without saying."""
        for origin, text in (
            (Origin("http", "example.org", 80), "http://example.org"),
            (Origin("https", "example.org", 443), "https://example.org"),
            (Origin("https", "example.org", 80), "https://example.org:80"),
            (Origin("http", "::1", 8080), "http://[::1]:8080"),
        ):
            self.assertEqual(str(origin), text)


class URLArgumentTests(SynchronousTestCase):
    """URLs on a command line."""

    def test_accepts_what_is_on_the_web(self) -> None:
        """It is cleaned on the way."""
        self.assertEqual(url("http://example.org#top"), b"http://example.org/")

    def test_says_what_is_wrong(self) -> None:
        """In words that argparse shows."""
        with self.assertRaises(argparse.ArgumentTypeError) as caught:
            url("example.org")

        self.assertEqual(
            str(caught.exception),
            "a URL must begin with http:// or https://, not 'example.org'",
        )
