"""The official MCP conformance suite and foreign clients against our doors: ``python -m tests.conformance``."""
