"""What fewer bits cost: the arithmetic of the engine's linear layers in numpy, trained models to try it on, and errors."""
