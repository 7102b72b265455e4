"""A small hospital system that answers: for the demo and the tests. It knows our API and nothing of our insides."""
