"""Rows of training files, and what MGM's real dataset class makes of them."""
