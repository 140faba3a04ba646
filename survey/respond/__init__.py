"""The citizen: the form, intake, release into anonymous responses, snapshots, comments."""
