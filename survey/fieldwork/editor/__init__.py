"""The desk's pages about questionnaires: the list, one of them, and drafts edited page by page."""
