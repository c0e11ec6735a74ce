"""Tests of the certificates, and of how they were made."""

import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from runpy import run_module

from cryptography.x509 import (
    BasicConstraints,
    DNSName,
    SubjectAlternativeName,
    load_pem_x509_certificate,
)
from twisted.trial.unittest import SynchronousTestCase

from harness import fixture_bytes, fixture_path
from harness._http.names import NAMES, is_certified
from harness.certificates import Authority, certificates
from harness.certificates.__main__ import main


class FilesTests(SynchronousTestCase):
    """The files, as they are."""

    def test_complete(self) -> None:
        """Each certificate that can be made is there, and no other file."""
        names = {path.name for path in fixture_path("certificates").iterdir()}

        self.assertEqual(names, set(certificates()))

    def test_names(self) -> None:
        """The good one is for the names that the harness thinks it is for."""
        valid = load_pem_x509_certificate(fixture_bytes("certificates", "valid.pem"))
        names = valid.extensions.get_extension_for_class(SubjectAlternativeName)

        self.assertEqual(tuple(names.value.get_values_for_type(DNSName)), NAMES)

    def test_years(self) -> None:
        """What is valid stays so for a hundred years; the expired has been long."""
        years = {}
        for name in ("valid", "expired", "not_yet_valid"):
            loaded = load_pem_x509_certificate(
                fixture_bytes("certificates", f"{name}.pem")
            )
            first, last = loaded.not_valid_before_utc, loaded.not_valid_after_utc
            years[name] = (first.year, last.year)

        self.assertEqual(
            years,
            {
                "valid": (2020, 2126),
                "expired": (2001, 2002),
                "not_yet_valid": (2125, 2126),
            },
        )


class AuthorityTests(SynchronousTestCase):
    """Certificates as they are made."""

    def test_issues(self) -> None:
        """What it issues is signed by it, for these names and no longer than asked."""
        authority = Authority("Test")
        end = authority.certificate.not_valid_after_utc.replace(tzinfo=None)
        pem = authority.issue(["a.example"], (end - timedelta(days=1), end))
        issued = load_pem_x509_certificate(pem)
        constraints = authority.certificate.extensions.get_extension_for_class(
            BasicConstraints
        )

        issued.verify_directly_issued_by(authority.certificate)
        self.assertEqual(issued.not_valid_after_utc.replace(tzinfo=None), end)
        self.assertTrue(constraints.value.ca)


class IsCertifiedTests(SynchronousTestCase):
    """Names that the good certificate is for."""

    def test_names(self) -> None:
        """A star stands for one label."""
        for name, certified in (
            ("localhost", True),
            ("127.0.0.1", True),
            ("example.com", True),
            ("www.example.com", True),
            ("a.www.example.com", False),
            ("example.invalid", False),
            ("*", False),
        ):
            self.assertEqual(is_certified(name), certified, name)


class MainTests(SynchronousTestCase):
    """The command."""

    def test_writes_all(self) -> None:
        """Each certificate is written into the folder that is named."""
        folder = Path(self.mktemp()) / "new"
        main([str(folder)])

        self.assertEqual({path.name for path in folder.iterdir()}, set(certificates()))

    def test_needs_a_folder(self) -> None:
        """Without a folder it says how it is used, and writes nothing."""
        errors = StringIO()
        self.patch(sys, "stderr", errors)
        self.patch(sys, "argv", ["certificates"])

        with self.assertRaises(SystemExit) as caught:
            run_module("harness.certificates", run_name="__main__")
        self.assertEqual(caught.exception.code, 2)
        self.assertIn("usage: python -m harness.certificates", errors.getvalue())
