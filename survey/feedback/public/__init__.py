"""What everybody may read: counts of feedback, and questions and answers somebody published."""
