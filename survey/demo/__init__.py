"""A province to try things in: Quảng Trị 2019–2026, simulated and labelled so."""
