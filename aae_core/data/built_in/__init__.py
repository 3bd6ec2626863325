"""The data sets that are known by name: downloaded, generated, or cut from images that a library brings."""
