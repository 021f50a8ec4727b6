"""InfTool: raw API specifications in, a better tool-using language model out."""

__version__ = "0.1.0"
