"""BLIP-2 checkpoints: random ones, their files in every form, and the conversion of `.bin` files."""
