"""How large the user's own data may be."""

MAX_FILES = 2_000_000
MAX_CLASSES = 1000
MAX_SOURCE_BYTES = 2**38  # bytes of all files together
MAX_TOTAL_BYTES = 2**30  # bytes of pixels that are kept in memory
MAX_FILE_BYTES = 2**28  # bytes of one file
MIN_IMAGES = 20  # the test split of 15 % then holds three images; with fewer, nothing could be measured
MIN_SIDE, MAX_SIDE = 4, 128  # pixels: the networks are made for small images
