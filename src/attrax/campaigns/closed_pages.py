"""A preload of Dask: closes the web pages that every scheduler and worker opens, on a port that asks for no key."""

from typing import Any


def dask_setup(server: Any) -> None:
    """Stop listening for requests of browsers; called by Dask when a scheduler or worker starts."""
    server.http_server.stop()
