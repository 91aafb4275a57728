"""The report: one self-contained HTML page from a run folder, and a page that compares runs."""
