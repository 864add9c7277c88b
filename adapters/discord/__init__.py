"""Discord: a face of the desk."""
