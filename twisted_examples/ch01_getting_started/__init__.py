"""Chapter 1: getting started."""
