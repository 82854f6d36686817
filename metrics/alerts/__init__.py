"""Telling people: channels, what they want to hear, delivery."""
