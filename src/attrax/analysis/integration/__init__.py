"""Models in continuous time: what their solver has to do."""
