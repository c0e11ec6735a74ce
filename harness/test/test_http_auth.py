"""Tests of what is shown to nobody but some."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import md5

from twisted.trial.unittest import SynchronousTestCase

from harness._http.auth import parameters, quoted
from harness._http.digest import DigestOptions
from harness.test.http_case import Answer, HTTPCase

USERS = {"ada": "1815", "Grüße": "naïf:é"}


def basic(user: str, password: str) -> str:
    """Write credentials for Basic (RFC 7617, section 2)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")


class ParametersTests(SynchronousTestCase):
    """Lists of parameters, as they stand behind a scheme."""

    def test_quoted_or_not(self) -> None:
        """Values stand in quotes or without, with blanks around, or none."""
        self.assertEqual(
            parameters('a="one, two",B = three ,c="say \\"\\\\\\""'),
            {"a": "one, two", "b": "three", "c": 'say "\\"'},
        )

    def test_round_trip(self) -> None:
        """What is quoted is read as it was."""
        self.assertEqual(parameters("a=" + quoted('"\\')), {"a": '"\\'})


class BasicTests(HTTPCase):
    """Name and password as they are."""

    def setUp(self) -> None:
        super().setUp()
        self.fixture.protect("/secret", USERS, realm='the "Lab"')
        self.fixture.page("/secret", b"shh")
        self.fixture.page("/secret/more", b"more")
        self.fixture.page("/secretary", b"hello")

    def test_naive(self) -> None:
        """Who does not look at the status takes the refusal for the page."""
        answer = self.ask("/secret")

        self.assertEqual((answer.status, answer.body), (401, b"Who are you?\n"))
        self.assertEqual(
            answer.headers["WWW-Authenticate"],
            r'Basic realm="the \"Lab\"", charset="UTF-8"',
        )

    def test_right(self) -> None:
        """Who knows the password may pass, in whatever language it is."""
        for user, password in USERS.items():
            headers = {"Authorization": basic(user, password)}
            self.assertEqual(self.ask("/secret", headers=headers).body, b"shh")

    def test_wrong(self) -> None:
        """Nobody else may, nor with credentials that are none."""
        for credentials in (
            basic("ada", "1816"),
            basic("bob", "1815"),
            basic("ada", "1815").replace("Basic", "Bearer"),
            "Basic",
            "Basic %%%",
            basic("ada", "1815").replace("YWRh", "YW%Rh"),
            "Basic " + b64encode(b"ada").decode("ascii"),
            "Basic " + b64encode(b"\xff:\xff").decode("ascii"),
        ):
            answer = self.ask("/secret", headers={"Authorization": credentials})
            self.assertEqual(answer.status, 401, credentials)

    def test_scheme_without_regard_to_case(self) -> None:
        """The name of a scheme can be written in any way."""
        credentials = basic("ada", "1815").replace("Basic", "bAsIc")
        answer = self.ask("/secret", headers={"Authorization": credentials})

        self.assertEqual(answer.status, 200)

    def test_what_is_below(self) -> None:
        """What is below is protected too, and what only begins alike is not."""
        self.assertEqual(self.ask("/secret/more").status, 401)
        self.assertEqual(self.ask("/secretary").status, 200)


class DigestOptionsTests(SynchronousTestCase):
    """The right response."""

    #: RFC 7616, section 3.9.1
    GIVEN: Mapping[str, str] = {
        "username": "Mufasa",
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
    }

    def test_examples_of_the_rfc(self) -> None:
        """The examples of RFC 7616 come out as they stand there."""
        responses = {
            algorithm: DigestOptions(algorithm).response(
                "Circle of Life", self.GIVEN, b"GET"
            )
            for algorithm in ("MD5", "SHA-256")
        }

        self.assertEqual(
            responses,
            {
                "MD5": "8ca523f5e9506fed4657c9700eebdbec",
                "SHA-256": "753927fa0e85d155564e2e272a28d180"
                "2ca10daf4496794697cf8db5856cb6c1",
            },
        )

    def test_session(self) -> None:
        """In a session the secret is mixed with what both sides chose."""
        given = {**self.GIVEN, "nonce": "n", "cnonce": "c", "uri": "/", "nc": "1"}
        a1 = md5(b"Mufasa:http-auth@example.org:lion").hexdigest() + ":n:c"
        secret = md5(a1.encode()).hexdigest()
        a2 = md5(b"GET:/").hexdigest()

        self.assertEqual(
            DigestOptions("MD5-sess").response("lion", given, b"GET"),
            md5(f"{secret}:n:1:c:auth:{a2}".encode()).hexdigest(),
        )

    def test_integrity(self) -> None:
        """With auth-int the body matters."""
        given = {**self.GIVEN, "qop": "auth-int"}
        options = DigestOptions("MD5", "auth-int")
        responses = {
            options.response("Circle of Life", given, b"POST", body)
            for body in (b"", b"one", b"two")
        }

        self.assertEqual(len(responses), 3)

    def test_unknown_algorithm(self) -> None:
        """An algorithm that is not known fails at once."""
        with self.assertRaisesRegex(ValueError, "no algorithm: 'SHA-1'"):
            DigestOptions("SHA-1")


class DigestTests(HTTPCase):
    """Proof that one knows the password."""

    def challenge(self, path: str = "/") -> dict[str, str]:
        """Be refused, and return the parameters of the challenge."""
        return self.challenged(self.ask(path))

    @staticmethod
    def challenged(answer: Answer) -> dict[str, str]:
        """Return the parameters of the challenge in a refusal."""
        scheme, _, rest = answer.headers["WWW-Authenticate"].partition(" ")
        assert (answer.status, scheme) == (401, "Digest")
        return parameters(rest)

    def authorized(  # noqa: PLR0913, PLR0917  (each is one thing that can be wrong)
        self,
        challenge: Mapping[str, str],
        user: str = "ada",
        password: str = "1815",
        count: str = "00000001",
        body: bytes | None = None,
        changes: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Ask with credentials that answer a challenge."""
        options = DigestOptions(challenge["algorithm"], challenge["qop"])
        given: dict[str, str | None] = {
            "username": user,
            "realm": challenge["realm"],
            "nonce": challenge["nonce"],
            "uri": "/",
            "nc": count,
            "cnonce": "chosen by the client",
            "qop": challenge["qop"],
            "algorithm": challenge["algorithm"],
            "opaque": challenge["opaque"],
            **(changes or {}),
        }
        present = {name: value for name, value in given.items() if value is not None}
        signed = {**{name: str(value) for name, value in given.items()}, **present}
        method = "GET" if body is None else "POST"
        present["response"] = options.response(
            password, signed, method.encode(), body or b""
        )
        if not user.isascii():
            del present["username"]
            present["username*"] = "UTF-8''Gr%C3%BC%C3%9Fe"
        text = ", ".join(f"{name}={quoted(value)}" for name, value in present.items())
        return self.ask("/", method, {"Authorization": f"Digest {text}"}, body)

    def test_every_algorithm(self) -> None:
        """Who knows the password may pass, with each of the algorithms."""
        for port, algorithm in enumerate(
            ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess"), 8000
        ):
            self.fixture = self.serve(port=port)
            self.fixture.page("/", b"shh")
            self.fixture.protect("/", USERS, f"Digest {algorithm}")

            challenge = self.challenge()
            self.assertEqual(challenge["algorithm"], algorithm)
            self.assertEqual(self.authorized(challenge).body, b"shh")
            self.assertEqual(self.authorized(challenge, password="1").status, 401)

    def test_challenge(self) -> None:
        """A challenge has all its parameters, and a nonce of its own."""
        self.fixture.protect("/", USERS, "Digest SHA-256", realm="Lab", qop="auth-int")
        one, two = self.challenge(), self.challenge()

        self.assertNotEqual(one.pop("nonce"), two.pop("nonce"))
        self.assertEqual(one, two)
        self.assertEqual(len(one.pop("opaque")), 16)
        self.assertEqual(
            one,
            {
                "realm": "Lab",
                "qop": "auth-int",
                "algorithm": "SHA-256",
                "charset": "UTF-8",
            },
        )

    def test_every_field_counts(self) -> None:
        """Credentials that lack something, or are for something else, are wrong."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256")
        for name, value in (
            ("uri", "/other"),
            ("realm", "elsewhere"),
            ("nonce", "my own"),
            ("nonce", None),
            ("opaque", None),
            ("algorithm", "MD5"),
            ("algorithm", None),
            ("qop", "auth-int"),
            ("qop", None),
            ("nc", None),
            ("cnonce", None),
        ):
            answer = self.authorized(self.challenge(), changes={name: value})
            self.assertEqual(answer.status, 401, (name, value))
            self.assertNotIn("stale", self.challenged(answer))

    def test_no_algorithm_means_md5(self) -> None:
        """Credentials that do not name an algorithm use MD5."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest MD5")
        answer = self.authorized(self.challenge(), changes={"algorithm": None})

        self.assertEqual(answer.status, 200)

    def test_user(self) -> None:
        """Nobody unknown may pass; a name need not be ASCII."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256")

        self.assertEqual(self.authorized(self.challenge(), "bob").status, 401)
        self.assertEqual(
            self.authorized(self.challenge(), "Grüße", "naïf:é").status, 200
        )

    def test_integrity(self) -> None:
        """The client chooses what it protects, of what it is offered."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256", qop="auth, auth-int")
        for qop in ("auth", "auth-int"):
            challenge = self.challenge()
            self.assertEqual(challenge["qop"], "auth, auth-int")
            answer = self.authorized({**challenge, "qop": qop}, body=b"one")
            self.assertEqual(answer.status, 200, qop)

    def test_count_comes_once(self) -> None:
        """A count that was used is a replay; the next one is good."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256")
        challenge = self.challenge()
        self.authorized(challenge)

        replayed = self.authorized(challenge)
        self.assertEqual(self.challenged(replayed)["stale"], "true")
        self.assertEqual(self.authorized(challenge, count="00000002").status, 200)

    def test_used_up(self) -> None:
        """A nonce that was used as often as it can be is stale, and a new one comes."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256", nonce_uses=2)
        challenge = self.challenge()
        self.authorized(challenge, count="1")
        self.authorized(challenge, count="2")

        stale = self.challenged(self.authorized(challenge, count="3"))
        self.assertEqual(stale["stale"], "true")
        self.assertEqual(self.authorized(stale).body, b"shh")

    def test_too_old(self) -> None:
        """A nonce lives for so many seconds, and is stale at their end."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256", nonce_lifetime=10)
        challenge = self.challenge()
        self.network.advance(9.5)
        self.assertEqual(self.authorized(challenge, count="1").status, 200)
        self.network.advance(0.5)

        stale = self.challenged(self.authorized(challenge, count="2"))
        self.assertEqual(stale["stale"], "true")

    def test_wrong_is_not_stale(self) -> None:
        """A wrong password is wrong, though the nonce be stale: nobody asks in vain."""
        self.fixture.protect("/", USERS, "Digest SHA-256", nonce_lifetime=1)
        challenge = self.challenge()
        self.network.advance(1)

        refused = self.challenged(self.authorized(challenge, password="1"))
        self.assertNotIn("stale", refused)


class SeveralSchemesTests(HTTPCase):
    """More than one way to pass."""

    def fields(self) -> list[str]:
        """Return the fields with challenges."""
        response = self.network.run_until(
            self.agent.request(b"GET", self.fixture.url().encode())
        )
        assert response is not None
        values: list[str] = response.headers.getRawHeaders("WWW-Authenticate")
        return [value.partition(" ")[0] for value in values]

    def test_a_field_for_each(self) -> None:
        """Challenges come in the order given, each in a field of its own."""
        self.fixture.protect("/", USERS, "Digest SHA-256", "Digest MD5", "Basic")

        self.assertEqual(self.fields(), ["Digest", "Digest", "Basic"])

    def test_one_field_for_all(self) -> None:
        """They can stand in one field, with commas within and between."""
        self.fixture.protect("/", USERS, "Digest MD5", "Basic", joined=True)
        challenges = self.ask("/").headers["WWW-Authenticate"]

        self.assertEqual(self.fields(), ["Digest"])
        self.assertIn(
            'charset=UTF-8, Basic realm="fixture", charset="UTF-8"', challenges
        )

    def test_any_will_do(self) -> None:
        """Credentials for one of them are enough."""
        self.fixture.page("/", b"shh")
        self.fixture.protect("/", USERS, "Digest SHA-256", "Basic")
        answer = self.ask("/", headers={"Authorization": basic("ada", "1815")})

        self.assertEqual(answer.body, b"shh")

    def test_unknown_scheme(self) -> None:
        """A scheme that is not known fails at once."""
        for scheme in ("Bearer", "Basic MD5", "basic"):
            with self.assertRaisesRegex(ValueError, f"no scheme: '{scheme}'"):
                self.fixture.protect("/", USERS, scheme)
