"""What pyproject.toml cannot say: the fixtures travel inside the harness.

``fixtures/`` holds data only and stands at the top of a checkout.
It is no package of its own, since the name belongs to another distribution;
a wheel carries it as ``harness/_fixtures``, where `harness.fixture_path` looks.
"""

import os
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py

SOURCE = "fixtures"


class BuildWithFixtures(build_py):
    """Build the packages, then copy the fixtures in beside them."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            shutil.copytree(SOURCE, self._destination(), dirs_exist_ok=True)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        copied = [
            os.path.join(
                self._destination(), os.path.relpath(os.path.join(folder, name), SOURCE)
            )
            for folder, _, names in os.walk(SOURCE)
            for name in names
        ]
        return [*super().get_outputs(include_bytecode), *copied]

    def _destination(self) -> str:
        return os.path.join(self.build_lib, "harness", "_fixtures")


setup(cmdclass={"build_py": BuildWithFixtures})
