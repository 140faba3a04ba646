"""The desk's pages about units: areas, agencies, centres, counters, fields, and their import."""
