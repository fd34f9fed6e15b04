"""The Better Synth challenge's whole loop: recaption, draw, convert, check, train, evaluate, hand in."""
