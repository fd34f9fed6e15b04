"""Live comparisons of the engine with the installed libraries; run_all.py runs them all."""
