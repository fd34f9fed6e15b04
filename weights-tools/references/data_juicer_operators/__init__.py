"""Runs of Data-Juicer's filters, selectors and deduplicators: what fixtures/operators.py and comparisons/operators.py share."""
