"""What tests of several rooms share: databases, a running house, clients."""
