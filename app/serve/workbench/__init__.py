"""The query workbench at `/query`: a page that works without scripts, and what its editor completes with."""
