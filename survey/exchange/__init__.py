"""Tables leave and enter as files: CSV, XLSX, Parquet, JSON."""
