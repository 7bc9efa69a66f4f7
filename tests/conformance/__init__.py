"""The ledger: in which state every public callable of the installed NumPy is, found out by calling it.

`names` enumerates them, `watching` sees what the grid's cases call and with which parameters, `reasons` says why some
are left out, `ledger` puts them together, `page` shows it.
"""
