"""All targets, in the order in which they are told."""

from fuzzing import commands, pages, readers, table_readers

TARGETS = [*readers.TARGETS, *table_readers.TARGETS, *pages.TARGETS, *commands.TARGETS]
