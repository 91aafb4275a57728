"""A module that Dask loads first (preload): it closes the web pages of schedulers and workers, which need no key."""

from typing import Any


def dask_setup(server: Any) -> None:
    """Stop listening for requests of browsers; called by Dask when a scheduler or worker starts."""
    server.http_server.stop()
