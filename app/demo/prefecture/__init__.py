"""A made-up river prefecture with real names: roads, water, people and health service, from one number."""

from app.demo.prefecture.generate import generate

__all__ = ["generate"]
