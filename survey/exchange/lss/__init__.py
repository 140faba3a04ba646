"""LimeSurvey's survey structure, `.lss`: read in the shapes since 1.9, written in that of today."""
