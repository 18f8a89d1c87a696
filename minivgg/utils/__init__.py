"""Helpers without knowledge of nets: files, downloads, tables, suggestions for mistyped names."""
