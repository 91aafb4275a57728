"""Reconstruct: from one recording to one judged model, without effects: nothing here writes a file or prints."""
