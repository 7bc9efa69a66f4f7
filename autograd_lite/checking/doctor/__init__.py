"""The doctor for backward passes by hand: the slips that people make, the search for them, the words for them."""
