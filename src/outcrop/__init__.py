"""Outcrop: Bedrock-compatible image generation on ground you own."""

__version__ = "0.1.0"
