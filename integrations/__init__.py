"""Outside protocols, translated and nothing more."""
