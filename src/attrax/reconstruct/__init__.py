"""Reconstruct: from a recording to a trained and scored model. Nothing here writes a file or prints."""
