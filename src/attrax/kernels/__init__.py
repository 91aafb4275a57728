"""The hot path: loops compiled for the processor at hand. Functions of arrays; they know no model and no data."""
