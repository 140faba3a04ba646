"""Compiles the message catalogs when the package is built; everything else is in setup.cfg."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogs(build_py):
    """build_py that first makes each .mo from its .po."""

    def run(self):
        for source in Path(__file__).parent.glob("translations/*/LC_MESSAGES/messages.po"):
            with source.open("rb") as words, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(words, locale=source.parts[-3]))
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogs})
