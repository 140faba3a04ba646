"""How many people counters served and were offered the form: what rates are made of."""
