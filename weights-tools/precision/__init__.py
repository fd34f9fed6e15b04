"""What reduced precision costs: the engine's linear layers emulated in torch, trained models to measure it on, and errors."""
