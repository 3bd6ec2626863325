"""All targets, in the order in which they are told."""

from fuzzing import commands, pages, readers

TARGETS = [*readers.TARGETS, *pages.TARGETS, *commands.TARGETS]
