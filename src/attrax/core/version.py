"""Version: which attrax this is."""

from importlib.metadata import version

__version__ = version("attrax")
