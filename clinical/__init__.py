"""What do the signs say? Pure: vital signs, scores, signed rules."""
