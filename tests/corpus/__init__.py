"""Files that broke other readers, made by code: one builder for each trap."""
