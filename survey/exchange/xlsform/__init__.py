"""XLSForm, in which field teams write: a form as a workbook of survey, choices and settings."""
