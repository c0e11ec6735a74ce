# -*- test-case-name: harness.test.test_certificates -*-
"""The certificates of `harness.HTTPFixture`: one that is good, and the ways to be bad.

The files in ``fixtures/certificates/`` were made by ``python -m harness.certificates``.
OpenSSL asks the clock of the machine, whatever the time of the test is. So what is
valid is valid until 2126, and what is expired has been so since 2002.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harness._http.names import ADDRESSES, NAMES

Key = ec.EllipticCurvePrivateKey
Period = tuple[datetime, datetime]

LONG = (datetime(2020, 1, 1), datetime(2126, 1, 1))
PAST = (datetime(2001, 1, 1), datetime(2002, 1, 1))
FUTURE = (datetime(2125, 1, 1), datetime(2126, 1, 1))

ELSEWHERE = ("elsewhere.invalid",)


class Authority:
    """Signs certificates.

    Attributes:
        certificate: Its own, which clients are told to trust, or not.
    """

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = _sign(
            _builder(name, name, self._key, LONG).add_extension(
                x509.BasicConstraints(ca=True, path_length=0), critical=True
            ),
            self._key,
        )
        self._name = name

    def issue(self, names: Sequence[str], period: Period = LONG) -> bytes:
        """Make a key and a certificate for it.

        Args:
            names: The host names and addresses that it is for.
            period: From when until when it is valid.

        Returns:
            Both, in PEM.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _for_server(_builder(names[0], self._name, key, period), names)
        return _pem(key, _sign(builder, self._key))


def self_signed(names: Sequence[str]) -> bytes:
    """Make a key and a certificate that nobody vouches for, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _for_server(_builder(names[0], names[0], key, LONG), names)
    return _pem(key, _sign(builder, key))


def certificates() -> Mapping[str, bytes]:
    """Make all of them anew: the content of each file, by its name."""
    ours, theirs = Authority("Trusted authority"), Authority("Unknown authority")
    own = (*NAMES, *ADDRESSES)
    return {
        "authority.pem": ours.certificate.public_bytes(Encoding.PEM),
        "valid.pem": ours.issue(own),
        "expired.pem": ours.issue(own, PAST),
        "not_yet_valid.pem": ours.issue(own, FUTURE),
        "wrong_host.pem": ours.issue(ELSEWHERE),
        "self_signed.pem": self_signed(own),
        "unknown_authority.pem": theirs.issue(own),
    }


def _builder(
    subject: str, issuer: str, key: Key, period: Period
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_distinguished(subject))
        .issuer_name(_distinguished(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period[0])
        .not_valid_after(period[1])
    )


def _for_server(
    builder: x509.CertificateBuilder, names: Sequence[str]
) -> x509.CertificateBuilder:
    general = [
        x509.IPAddress(ip_address(name)) if name in ADDRESSES else x509.DNSName(name)
        for name in names
    ]
    return builder.add_extension(
        x509.SubjectAlternativeName(general), critical=False
    ).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )


def _distinguished(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _sign(builder: x509.CertificateBuilder, key: Key) -> x509.Certificate:
    return builder.sign(key, SHA256())


def _pem(key: Key, certificate: x509.Certificate) -> bytes:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
