"""Preparation: from recordings as they lie in their files to the rows that train and the rows that test."""
