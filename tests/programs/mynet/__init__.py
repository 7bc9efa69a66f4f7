"""A person's own little package, which own_package_mlp.py imports."""
