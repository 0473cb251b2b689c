"""The dev extra; the rest stands in pyproject.toml, which cannot read a file that names another one."""

from pathlib import Path

from setuptools import setup

LINES = Path(__file__).with_name("requirements_dev.txt").read_text().splitlines()

setup(extras_require={"dev": [line for line in LINES if not line.startswith("-r ")]})
