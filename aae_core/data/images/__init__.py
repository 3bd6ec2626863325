"""Images as arrays: from arrays and files of arrays, from the disk, their contrast and their tones."""
