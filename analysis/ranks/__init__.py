"""Ranks with their uncertainty: confidence sets, who may be among the best, league tables."""

from analysis.ranking import RankOptions
from analysis.ranks.league import League, league, rank
from analysis.ranks.phrases import Phrases, phrases
from analysis.ranks.sets import RankSets, best_set, chance_of_top, rank_sets

__all__ = [
    "League",
    "Phrases",
    "RankOptions",
    "RankSets",
    "best_set",
    "chance_of_top",
    "league",
    "phrases",
    "rank",
    "rank_sets",
]
