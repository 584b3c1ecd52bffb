"""The sources of styles and scripts; `build` makes `app/serve/static/` of them."""
