"""The Explore page: which events the corpus speaks of, narrowed by facets, on a map, a timeline and a list."""
