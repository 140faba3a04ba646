"""The page of a kiosk: one page with all its screens in all languages, which loads no other."""
