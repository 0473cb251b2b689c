"""Measures this project and its peers side by side; ``python -m bench --help`` says how."""
