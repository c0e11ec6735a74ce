"""Tests of the answers to challenges, against the examples of the standards."""

import hashlib
from base64 import b64decode

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.authorization import (
    Credentials,
    CredentialsError,
    Use,
    authorize,
    basic,
    choose,
    digest,
    digest_response,
    is_stale,
)
from twisted_examples.ch03_web_clients.challenges import Challenge, parse_field

#: RFC 7616, section 3.9.1
MUFASA = Credentials("Mufasa", "Circle of Life")
DIR_INDEX = Use(
    b"GET", b"/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
)


def challenge_to(algorithm: str, **more: str) -> Challenge:
    """Make the challenge of RFC 7616, section 3.9.1."""
    return Challenge(
        "digest",
        {
            "realm": "http-auth@example.org",
            "qop": "auth, auth-int",
            "algorithm": algorithm,
            "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
            **more,
        },
    )


class CredentialsTests(SynchronousTestCase):
    """Secrets."""

    def test_are_not_shown(self) -> None:
        """A password gets into no log, and into no traceback."""
        self.assertNotIn("Circle", repr(MUFASA))

    def test_are_one_line(self) -> None:
        """Nothing that could end a header, or that nobody can type."""
        for user, password in (
            ("a\r\nb", "c"),
            ("a", "b\nc"),
            ("a\0", ""),
            ("", "\x7f"),
        ):
            with self.assertRaises(CredentialsError):
                Credentials(user, password)


class ChooseTests(SynchronousTestCase):
    """Which of several challenges is answered."""

    def assert_chosen(self, field: str, scheme: str, realm: str = "x") -> None:
        """Assert which challenge of a field is chosen."""
        chosen = choose(parse_field(field))

        assert chosen is not None
        self.assertEqual((chosen.scheme, chosen.realm), (scheme, realm))

    def test_prefers_what_tells_less(self) -> None:
        """Digest to Basic, SHA-256 to MD5, whatever the order; else the first."""
        sha = 'Digest realm="sha", nonce="1", qop="auth", algorithm=SHA-256'
        sess = 'Digest realm="sess", nonce="1", qop="auth", algorithm=SHA-256-sess'
        md5 = 'Digest realm="md5", nonce="1", qop="auth"'
        basic = 'Basic realm="basic"'
        self.assert_chosen(f"{basic}, {md5}, {sha}", "digest", "sha")
        self.assert_chosen(f"{sha}, {md5}, {basic}", "digest", "sha")
        self.assert_chosen(f"{basic}, {md5}", "digest", "md5")
        self.assert_chosen(f"{md5}, {sess}, {sha}", "digest", "sess")
        self.assert_chosen(f"Negotiate, {basic}", "basic", "basic")

    def test_reads_names_in_any_case(self) -> None:
        """As the standards say."""
        self.assert_chosen(
            'DIGEST REALM="x", NONCE="1", QOP="AUTH-INT,AUTH", ALGORITHM="md5-SESS"',
            "digest",
        )

    def test_leaves_alone_what_it_does_not_know(self) -> None:
        """Nothing is better than something half understood."""
        for field in (
            "",
            "Negotiate",
            'Bearer realm="x"',
            "Basic",
            'Digest realm="x", nonce="1"',
            'Digest realm="x", nonce="1", qop="auth-int"',
            'Digest realm="x", qop="auth"',
            'Digest nonce="1", qop="auth"',
            'Digest realm="x", nonce="1", qop="auth", algorithm=SHA-512-256',
            'Digest realm="x", nonce="1", qop="auth", algorithm=MD5-sess-sess',
            'Newauth realm="x", nonce="1", qop="auth"',
        ):
            self.assertIsNone(choose(parse_field(field)), field)


class StaleTests(SynchronousTestCase):
    """Whether it was the nonce."""

    def test_is_for_digest_to_say(self) -> None:
        """True in any case, and nothing else; and other schemes have no nonce."""
        self.assertTrue(is_stale(Challenge("digest", {"stale": "TRUE"})))
        self.assertFalse(is_stale(Challenge("digest", {"stale": "false"})))
        self.assertFalse(is_stale(Challenge("digest")))
        self.assertFalse(is_stale(Challenge("basic", {"stale": "true"})))


class BasicTests(SynchronousTestCase):
    """Basic (RFC 7617)."""

    def test_examples(self) -> None:
        """The two of the standard."""
        for user, password, expected in (
            ("Aladdin", "open sesame", b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("test", "123£", b"Basic dGVzdDoxMjPCow=="),
        ):
            self.assertEqual(basic(Credentials(user, password)), expected)

    def test_is_one_line(self) -> None:
        """However long the password."""
        password = "long" * 100

        value = basic(Credentials("user", password))

        self.assertNotIn(b"\n", value)
        self.assertEqual(b64decode(value[6:]), f"user:{password}".encode())

    def test_one_way_to_write_a_letter(self) -> None:
        """Two ways to type the same are the same."""
        self.assertEqual(
            basic(Credentials("u", "u\u0308")), basic(Credentials("u", "\u00fc"))
        )

    def test_colons(self) -> None:
        """A password may have one, a user name cannot."""
        self.assertEqual(b64decode(basic(Credentials("a", "b:c"))[6:]), b"a:b:c")
        with self.assertRaises(CredentialsError):
            basic(Credentials("a:b", "c"))

    def test_is_chosen_by_the_challenge(self) -> None:
        """`authorize` answers with the scheme that was asked for."""
        challenge = Challenge("basic", {"realm": "x"})

        self.assertEqual(
            authorize(challenge, Credentials("Aladdin", "open sesame"), DIR_INDEX),
            b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        )


class DigestTests(SynchronousTestCase):
    """Digest (RFC 7616)."""

    def test_examples(self) -> None:
        """Those of section 3.9.1."""
        for algorithm, expected in (
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ):
            challenge = challenge_to(algorithm)
            self.assertEqual(digest_response(challenge, MUFASA, DIR_INDEX), expected)

    def test_header(self) -> None:
        """The whole of it, for the example; what is no string is not quoted."""
        self.assertEqual(
            authorize(challenge_to("MD5"), MUFASA, DIR_INDEX).decode(),
            'Digest username="Mufasa", realm="http-auth@example.org", '
            'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
            'uri="/dir/index.html", response="8ca523f5e9506fed4657c9700eebdbec", '
            'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", '
            "nc=00000001, qop=auth, algorithm=MD5, "
            'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
        )

    def test_gives_back_only_what_was_given(self) -> None:
        """Without algorithm it is MD5, and is not said to be."""
        given = Challenge("digest", {"realm": "r", "nonce": "n", "qop": "auth"})

        header = digest(given, Credentials("u", "p"), DIR_INDEX).decode()

        self.assertNotIn("algorithm", header)
        self.assertNotIn("opaque", header)
        self.assertEqual(
            digest_response(given, MUFASA, DIR_INDEX),
            digest_response(
                Challenge("digest", {**given.parameters, "algorithm": "MD5"}),
                MUFASA,
                DIR_INDEX,
            ),
        )

    def test_sess(self) -> None:
        """The secret is bound to both nonces (RFC 7616, section 3.4.2)."""
        for algorithm, make in (
            ("MD5-sess", hashlib.md5),
            ("SHA-256-sess", hashlib.sha256),
        ):
            challenge = challenge_to(algorithm)
            nonce = challenge.parameters["nonce"]

            def hashed(text: str, make: object = make) -> str:
                assert callable(make)
                return str(make(text.encode()).hexdigest())

            inner = hashed("Mufasa:http-auth@example.org:Circle of Life")
            secret = hashed(f"{inner}:{nonce}:{DIR_INDEX.cnonce}")
            request = hashed("GET:/dir/index.html")
            expected = hashed(
                f"{secret}:{nonce}:00000001:{DIR_INDEX.cnonce}:auth:{request}"
            )

            self.assertEqual(digest_response(challenge, MUFASA, DIR_INDEX), expected)

    def test_counts(self) -> None:
        """The count is hexadecimal, and is part of the proof."""
        challenge = challenge_to("MD5")
        tenth = Use(b"GET", b"/dir/index.html", DIR_INDEX.cnonce, 26)

        self.assertIn(b"nc=0000001a", digest(challenge, MUFASA, tenth))
        self.assertNotEqual(
            digest_response(challenge, MUFASA, tenth),
            digest_response(challenge, MUFASA, DIR_INDEX),
        )

    def test_escapes(self) -> None:
        """A quote ends no string; the proof is made of what is meant."""
        given = Challenge(
            "digest", {"realm": 'a "b" \\', "nonce": "n", "qop": "auth", "opaque": '"'}
        )

        header = digest(given, Credentials('u"', "p"), DIR_INDEX).decode()

        self.assertIn(r'username="u\""', header)
        self.assertIn(r'realm="a \"b\" \\"', header)
        self.assertIn(r'opaque="\""', header)

    def test_users_beyond_ascii(self) -> None:
        """They have a notation of their own (RFC 7616, section 3.4.4)."""
        header = digest(challenge_to("MD5"), Credentials("Jäsøn Doe", "p"), DIR_INDEX)

        self.assertIn(b"username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, ", header)
        self.assertNotIn(b"username=", header)

    def test_realms_beyond_ascii(self) -> None:
        """They go back as the bytes that came."""
        (given,) = parse_field(
            'Digest realm="Büro", nonce="n", qop="auth"'.encode().decode("latin-1")
        )

        self.assertIn('realm="Büro"'.encode(), digest(given, MUFASA, DIR_INDEX))
