"""What the command-line tools of this folder share: BLIP-2 checkpoints, pictures, and the transformers reference."""
