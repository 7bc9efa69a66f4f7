"""The programs are loaded by tests (see `load`), not collected: one imports a package that lies beside it."""

collect_ignore_glob = ["*.py"]
