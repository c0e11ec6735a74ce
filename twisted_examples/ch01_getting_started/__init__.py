"""Chapter 1: getting started.

What is needed before the first program runs, and how to see that it is there.

Reading order:

1. `check_install`: what of Twisted is installed, and how to get the rest.

What changed since the book:

- Twisted, OpenSSL and the cryptography for SSH were three downloads.
  They are one command now: ``python -m pip install "twisted[tls,conch]"``.
- PyCrypto is gone, abandoned by its authors.
  What Conch needs of it comes from *cryptography*, and the format in which OpenSSH
  keeps private keys from *bcrypt*.
- ``twisted.conch.ssh.transport.RSA``, which the book imports to see whether SSH works,
  went with it.
  Keys live in ``twisted.conch.ssh.keys``, which cannot be imported where a part of SSH
  support is missing: this is what `check_install` tries.
- pyOpenSSL is still what TLS needs, and *service-identity* has come beside it.
  It compares the name in a certificate with the name that was asked for.
- ``mktap`` is gone; it wrote an application to a file, for ``twistd -f`` to run.
  ``twist`` and ``twistd`` run plugins directly, and a ``.tac`` file is Python.
- Lore is gone, in which Twisted's own documents were written.
  Sphinx took its place, and pydoctor makes the API pages.
"""
