"""Learning: from a prepared recording to trained models, and the choice among them."""
