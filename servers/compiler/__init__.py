"""From a specification to a program: the rules of docs/inference.md, without a language model."""
