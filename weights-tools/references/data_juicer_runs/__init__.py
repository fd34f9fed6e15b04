"""Runs of Data-Juicer's own captioning operator: what fixtures/data_juicer.py and comparisons/data_juicer.py share."""
