"""What the real libraries compute: a module for each model family, for image processing, tokenizers and Data-Juicer."""
