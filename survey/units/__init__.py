"""Places: areas with their lineage, agencies, centres, counters, fields."""
