"""Chapter 2: simple clients and servers."""
