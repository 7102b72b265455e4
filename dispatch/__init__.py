"""Emergency calls, units, closures: from the ring to the crew at the patient."""
