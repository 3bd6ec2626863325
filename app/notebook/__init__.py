"""A revision as a widget of a notebook, which works as a handout does and tells Python which codes are selected."""
