"""The slips that people make, as edits of the right line."""
