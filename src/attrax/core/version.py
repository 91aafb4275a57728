"""The version of attrax."""

from importlib.metadata import version

__version__ = version("attrax")
