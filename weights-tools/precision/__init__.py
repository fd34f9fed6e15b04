"""What reduced precision costs: the arithmetic of the engine's linear layers in torch, trained models to measure it on, and errors."""
