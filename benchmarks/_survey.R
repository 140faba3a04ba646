# Shares by province and year with R survey: Rscript _survey.R svyby|detour data.csv
# Prints "fixed" (reading and design), "measured" (the shares), "measures" (how many), R's versions, and
# "check", the sum of the shares of q01, q08, q20 and f1 and of the standard errors of f1.
suppressPackageStartupMessages({library(survey); library(data.table)})
args <- commandArgs(trailingOnly = TRUE)
items <- sprintf("q%02d", 1:22)
groups <- list(f1 = 1:4, f2 = 5:9, f3 = 10:14, f4 = 15:18, f5 = 19:22, all = 1:22)
clock <- function() proc.time()[["elapsed"]]
interval <- function(p, se, df = 5) {
  half <- qt(0.975, df) * se / (p * (1 - p))
  cbind(plogis(qlogis(p) - half), plogis(qlogis(p) + half))
}
check <- 0
start <- clock()
d <- as.data.frame(fread(args[2], showProgress = FALSE))
options(survey.lonely.psu = "certainty")

if (args[1] == "svyby") {
  for (q in c("q01", "q08", "q20")) d[[paste0("s_", q)]] <- ifelse(d[[q]] > 0, as.numeric(d[[q]] >= 4), NA)
  own <- items[groups$f1]
  d$y <- rowSums(d[own] >= 4)
  d$x <- rowSums(d[own] > 0)
  design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = d)
  ready <- clock()
  for (q in c("q01", "q08", "q20")) {
    made <- svyby(as.formula(paste0("~s_", q)), ~province + year, design, svymean, na.rm = TRUE)
    limits <- interval(coef(made), unlist(SE(made)))
    check <- check + sum(coef(made))
  }
  made <- svyby(~y, denominator = ~x, ~province + year, design, svyratio)
  limits <- interval(coef(made), unlist(SE(made)))
  check <- check + sum(coef(made)) + sum(unlist(SE(made)))
  measures <- 4
} else {
  y <- lapply(items, function(q) as.numeric(d[[q]] >= 4))
  x <- lapply(items, function(q) as.numeric(d[[q]] > 0))
  for (own in groups) {
    y <- c(y, list(Reduce(`+`, y[own])))
    x <- c(x, list(Reduce(`+`, x[own])))
  }
  measures <- length(y)
  names(y) <- paste0("y", seq_len(measures))
  names(x) <- paste0("x", seq_len(measures))
  d <- cbind(d[c("province", "year", "stratum", "cluster", "w")], y, x)
  asked <- as.formula(paste("~", paste(c(names(y), names(x)), collapse = "+")))
  design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = d)
  domains <- split(seq_len(nrow(d)), d$province * 10000L + d$year)
  ready <- clock()
  own <- seq_len(measures)
  for (rows in domains) {
    totals <- svytotal(asked, design[rows, ])
    t <- coef(totals)
    v <- vcov(totals)
    p <- t[own] / t[own + measures]
    variance <- diag(v)[own] - 2 * p * v[cbind(own, own + measures)] + p^2 * diag(v)[own + measures]
    error <- sqrt(pmax(variance, 0)) / t[own + measures]
    limits <- interval(p, error)
    check <- check + sum(p[c(1, 8, 20, 23)]) + error[[23]]
  }
}
cat("fixed", ready - start, "\nmeasured", clock() - ready, "\nmeasures", measures,
    "\ncheck", format(check, digits = 12), "\n")
cat("version R", paste(R.version$major, R.version$minor, sep = "."),
    "survey", as.character(packageVersion("survey")), "\n")
