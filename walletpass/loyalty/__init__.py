"""The rules: plain values in, decisions out. Standard library only; `now` is always an argument."""
