"""Who is told that the time of a case runs out, and who when nobody did anything."""
