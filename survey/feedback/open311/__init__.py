"""Open311 GeoReport v2: other systems send feedback and ask how it stands."""
