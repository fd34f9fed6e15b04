"""What makes the pictures under Tests/ImageProcessingTests/Fixtures and says what Pillow makes of them."""
