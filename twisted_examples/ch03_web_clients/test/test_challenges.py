"""Tests of the parser of challenges."""

from random import Random

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.challenges import (
    Challenge,
    parse_challenges,
    parse_field,
)


class ParseFieldTests(SynchronousTestCase):
    """One field."""

    def assert_parsed(self, text: str, *expected: Challenge) -> None:
        """Assert what a field holds."""
        self.assertEqual(list(parse_field(text)), [*expected], text)

    def test_one_challenge(self) -> None:
        """Names in any case, blanks wherever they may be, values quoted or not."""
        basic = Challenge("basic", {"realm": "staff"})
        for text in (
            'Basic realm="staff"',
            "Basic realm=staff",
            'BASIC  REALM = "staff"',
            '\tBasic realm="staff"\t',
            ',, Basic realm="staff" ,',
            'Basic ,realm="staff"',
        ):
            self.assert_parsed(text, basic)

    def test_several_parameters(self) -> None:
        """Commas within quotes are no separators."""
        self.assert_parsed(
            'Digest realm="a, b",qop="auth, auth-int" , nonce="x==", stale=TRUE',
            Challenge(
                "digest",
                {
                    "realm": "a, b",
                    "qop": "auth, auth-int",
                    "nonce": "x==",
                    "stale": "TRUE",
                },
            ),
        )

    def test_escapes(self) -> None:
        """A backslash makes the next character mean itself."""
        self.assert_parsed(
            r'Basic realm="a \"b\" \\ c"', Challenge("basic", {"realm": 'a "b" \\ c'})
        )

    def test_several_challenges(self) -> None:
        """A name that is not followed by "=" begins the next (RFC 9110, 11.6.1)."""
        self.assert_parsed(
            'Basic realm="simple", Newauth realm="apps", type=1, title="Login", Bearer',
            Challenge("basic", {"realm": "simple"}),
            Challenge("newauth", {"realm": "apps", "type": "1", "title": "Login"}),
            Challenge("bearer"),
        )

    def test_tokens(self) -> None:
        """Some schemes have one long word instead, which may end in "="."""
        self.assert_parsed(
            "Negotiate a87421000492aa874209af8bc028==, NTLM TlRM, Negotiate , Basic x=",
            Challenge("negotiate", token="a87421000492aa874209af8bc028=="),
            Challenge("ntlm", token="TlRM"),
            Challenge("negotiate"),
            Challenge("basic", token="x="),
        )

    def test_nothing(self) -> None:
        """An empty field is no error, and no challenge."""
        for text in ("", " ", ",,", " , "):
            self.assert_parsed(text)

    def test_malformed(self) -> None:
        """What is not as it should be is not guessed at."""
        for text in (
            '"staff"',
            "=",
            'realm="staff"',
            'Basic realm="staff',
            'Basic realm="staff" nonce="x"',
            'Basic realm="a", realm="b"',
            'Basic realm="a", REALM="b"',
            "Basic realm=a b",
            "Digest @",
            'Basic realm="staff\\"',
            "Negotiate a b",
        ):
            with self.assertRaises(ValueError, msg=text):
                list(parse_field(text))

    def test_takes_any_bytes(self) -> None:
        """However they are mixed, there is an end, and no error but the one."""
        random = Random(1)
        alphabet = 'ab=",\\ \t@é'
        for _ in range(2000):
            text = "".join(random.choices(alphabet, k=random.randrange(12)))
            try:
                challenges = list(parse_field(text))
            except ValueError:
                continue
            self.assertTrue(all(each.scheme for each in challenges), text)


class ParseChallengesTests(SynchronousTestCase):
    """All fields of an answer."""

    def test_several_fields(self) -> None:
        """They are one list."""
        self.assertEqual(
            parse_challenges([b'Digest realm="a"', b'Basic realm="b", Bearer']),
            [
                Challenge("digest", {"realm": "a"}),
                Challenge("basic", {"realm": "b"}),
                Challenge("bearer"),
            ],
        )

    def test_leaves_a_malformed_field_out(self) -> None:
        """All of it, even the challenges before the mistake; the others are good."""
        self.assertEqual(
            parse_challenges([b'Basic realm="a", Digest @', b'Basic realm="b"']),
            [Challenge("basic", {"realm": "b"})],
        )

    def test_keeps_bytes(self) -> None:
        """A realm beyond ASCII can be sent back as it came."""
        (challenge,) = parse_challenges(['Basic realm="Büro"'.encode()])

        self.assertEqual(challenge.realm.encode("latin-1"), "Büro".encode())

    def test_realm(self) -> None:
        """There may be none."""
        self.assertEqual(Challenge("basic", {"realm": "staff"}).realm, "staff")
        self.assertEqual(Challenge("bearer").realm, "")
